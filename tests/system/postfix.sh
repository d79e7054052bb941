#!/bin/bash
# A Postfix of its own on loopback, with its own configuration and queue.
#
#   postfix.sh start DIR	prints the SMTP port; mail for any address lands in
#			the Maildir DIR/mail
#   postfix.sh stop DIR
#
# The system's instance is not touched.  Needs root, as Postfix does.
# EXTRA (environment): more lines for main.cf, with DIR in @DIR@.
# SMTPS=1: a second port with implicit TLS, printed after the first.
set -eu
dir=$2
etc=$dir/etc

free_port() {
	/usr/bin/python3 -c 'import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

answers() {
	for _ in $(seq 100); do
		if (exec 3<>"/dev/tcp/127.0.0.1/$1" && read -r -t 2 l <&3 &&
		    [ "${l#220}" != "$l" ]) 2>/dev/null; then
			return 0
		fi
		sleep 0.1
	done
	return 1
}

certificate() {
	openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost \
	    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
	    -keyout "$etc/key.pem" -out "$etc/cert.pem" 2>/dev/null
}

start() {
	local port smtps=
	mkdir -p "$etc" "$dir/queue" "$dir/data" "$dir/mail"
	chmod 755 "$dir" "$etc" "$dir/queue"
	chown postfix "$dir/data"
	chown nobody "$dir/mail"
	port=$(free_port)
	certificate
	cat > "$etc/main.cf" <<EOF
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $dir/maillog
maillog_file_prefixes = $dir
myhostname = relay.example.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, reject
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_tls_cert_file = $etc/cert.pem
smtpd_tls_key_file = $etc/key.pem
smtpd_tls_security_level = may
alias_maps =
local_recipient_maps =
virtual_transport = virtual
virtual_mailbox_domains = static:all
virtual_mailbox_base = $dir
virtual_mailbox_maps = static:mail/
virtual_minimum_uid = 1
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
disable_dns_lookups = yes
notify_classes =
${EXTRA:-}
EOF
	sed -i "s#@DIR@#$dir#g" "$etc/main.cf"
	# The distribution's services, none of them in a chroot, on our port.
	awk -v port="$port" '
		/^(maildrop|uucp|ifmail|bsmtp|scalemail-backend|mailman)/ { skip = 1; next }
		/^[a-z0-9]/ { skip = 0 }
		skip { next }
		/^smtp +inet/ { print "127.0.0.1:" port " inet n - n - - smtpd"; next }
		/^[a-z]/ && NF >= 8 && $2 == "unix" { $5 = "n" }
		{ print }' /usr/share/postfix/master.cf.dist > "$etc/master.cf"
	if [ -n "${SMTPS:-}" ]; then
		smtps=$(free_port)
		printf '127.0.0.1:%s inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n' \
		    "$smtps" >> "$etc/master.cf"
	fi
	cp /etc/postfix/dynamicmaps.cf /etc/postfix/postfix-files "$etc/" \
	    2>/dev/null || true
	mkdir -p "$etc/dynamicmaps.cf.d" "$etc/postfix-files.d"
	if ! postfix -c "$etc" start > "$dir/start.log" 2>&1 ||
	    ! answers "$port"; then
		cat "$dir/start.log" "$dir/maillog" >&2 2>/dev/null || true
		exit 1
	fi
	echo "$port" $smtps
}

case $1 in
start) start ;;
stop) postfix -c "$etc" stop > /dev/null 2>&1 || true ;;
*) echo "usage: postfix.sh start|stop DIR" >&2; exit 64 ;;
esac
