# Instead of IMAP: a pipe.  A global script, as users may not run programs;
# in conf.d:
#   protocol lmtp {
#     mail_plugins = $mail_plugins sieve
#   }
#   plugin {
#     sieve_plugins = sieve_extprograms
#     sieve_global_extensions = +vnd.dovecot.pipe
#     sieve_pipe_bin_dir = /usr/local/lib/dovecot/pipes
#     sieve_before = /etc/dovecot/dunlin.sieve
#   }
# The folder of pipes has an executable "dunlin-ingest":
#   #!/bin/sh
#   exec dunlin -C /var/lib/dunlin --company main ingest
# A copy stays in the mailbox; when the pipe fails, only that.  Make it ready
# with "sievec /etc/dovecot/dunlin.sieve".
require ["vnd.dovecot.pipe", "copy"];
pipe :try :copy "dunlin-ingest";
