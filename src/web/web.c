/* The only file of the server side that knows libmicrohttpd. */
#include "web/web.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "web/routes.h"

#include <errno.h>
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>

#define SERVE_MS 1000
#define MEMORY_LIMIT (32 * 1024)	/* of a connection: its headers */

struct web {
	struct db *db;
	const struct config *config;
	const volatile sig_atomic_t *stop;
	struct MHD_Daemon *daemon;
	int fd;
	int64_t answered;
};

/* One request; made when its first line has come. */
struct call {
	struct web *web;
	char *uri;
	bool begun, too_large;
	const struct web_route *route;
	struct text *body;
	struct MHD_Connection *connection;
};

static void *
on_uri(void *arg, const char *uri, struct MHD_Connection *c)
{
	struct call *call = mem_new(NULL, struct call);

	call->web = arg;
	call->uri = mem_str(call, strlen(uri) <= WEB_PATH_MAX * 8 ? uri : "");
	call->connection = c;
	return call;
}

static void
on_end(void *arg, struct MHD_Connection *c, void **call,
    enum MHD_RequestTerminationCode why)
{
	talloc_free(*call);
	*call = NULL;
}

static enum MHD_Result
answer(struct MHD_Connection *c, const struct web_answer *a)
{
	struct MHD_Response *r;
	enum MHD_Result ok;

	r = MHD_create_response_from_buffer(a->len,
	    (void *)(uintptr_t)(a->body != NULL ? a->body : ""),
	    MHD_RESPMEM_MUST_COPY);
	if (r == NULL)
		return MHD_NO;
	MHD_add_response_header(r, "Content-Type", a->type != NULL ? a->type :
	    "text/plain; charset=utf-8");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	if (a->etag != NULL)
		MHD_add_response_header(r, "ETag", a->etag);
	if (a->is_private) {
		MHD_add_response_header(r, "Cache-Control",
		    "private, no-cache");
		MHD_add_response_header(r, "X-Robots-Tag", "noindex");
	}
	ok = MHD_queue_response(c, (unsigned)(a->status != 0 ? a->status :
	    200), r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result
refuse(struct MHD_Connection *c, int status, const char *text)
{
	struct web_answer a = { .status = status };

	web_say(&a, status, text);
	return answer(c, &a);
}

static const char *
header_of(const struct web_request *r, const char *name)
{
	const struct call *call = talloc_parent(r->memory);

	return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND,
	    name);
}

static const char *
peer_of(void *owner, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info;
	char text[INET6_ADDRSTRLEN] = "";
	const struct sockaddr *a;

	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	a = info != NULL ? info->client_addr : NULL;
	if (a != NULL && a->sa_family == AF_INET)
		inet_ntop(AF_INET, &((const struct sockaddr_in *)
		    (const void *)a)->sin_addr, text, sizeof(text));
	else if (a != NULL && a->sa_family == AF_INET6)
		inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)
		    (const void *)a)->sin6_addr, text, sizeof(text));
	return mem_str(owner, text_starts(text, "::ffff:") ? text + 7 : text);
}

static enum MHD_Result
last_forwarded(void *arg, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	const char **last = arg;

	if (text_eq_nocase(name, "X-Forwarded-For"))
		*last = value != NULL ? value : "";
	return MHD_YES;
}

/* Behind our own proxy the last address of its header is the client's: those
 * before it are what the client says.  Some proxies add to the client's
 * header, others one of their own behind it. */
static const char *
client_of(const struct call *call, void *owner)
{
	const char *said = NULL, *last;

	if (!call->web->config->web.forwarded)
		return peer_of(owner, call->connection);
	MHD_get_connection_values(call->connection, MHD_HEADER_KIND,
	    last_forwarded, &said);
	if (said == NULL)
		return peer_of(owner, call->connection);
	last = strrchr(said, ',');
	return text_trim(owner, last != NULL ? last + 1 : said);
}

static bool
split(struct web_request *r, const char *path)
{
	const char *p = strchr(path + 1, '/'), *end;

	for (; p != NULL; p = end) {
		p++;
		end = strchr(p, '/');
		if (r->n_parts == WEB_PARTS)
			return false;
		r->parts[r->n_parts++] = mem_strn(r->memory, p, end != NULL ?
		    (size_t)(end - p) : strlen(p));
	}
	return true;
}

static enum MHD_Result
handle(struct call *call, const char *path, const char *method)
{
	struct web *w = call->web;
	struct web_request r = { .memory = mem_check(talloc_new(call)) };
	struct web_answer a = { .status = 200 };
	const char *query = strchr(call->uri, '?');
	struct err err = { ERR_NONE, "" };

	r.method = method;
	r.uri = call->uri;
	r.query = query != NULL ? query + 1 : "";
	r.body = text_str(call->body);
	r.len = text_len(call->body);
	r.client = client_of(call, r.memory);
	r.header = header_of;
	r.now = clock_now();
	r.config = w->config;
	r.db = w->db;
	w->answered++;
	if (!split(&r, path))
		return refuse(call->connection, 404, "not here\n");
	if (call->route->handle(&r, &a, &err) < 0) {
		log_error("%s: %s", call->route->first, err.text);
		return refuse(call->connection, err.kind == ERR_TEMP ? 503 :
		    500, "not now: try again\n");
	}
	return answer(call->connection, &a);
}

static enum MHD_Result
begin(struct call *call, const char *path, const char *method)
{
	const char *length;

	call->begun = true;
	call->body = text_new(call);
	call->route = strlen(path) <= WEB_PATH_MAX && call->uri[0] != '\0' ?
	    web_route(path) : NULL;
	if (call->route == NULL)
		return refuse(call->connection, 404, "not here\n");
	if (!web_route_takes(call->route, method))
		return refuse(call->connection, 405, "not this method\n");
	length = MHD_lookup_connection_value(call->connection,
	    MHD_HEADER_KIND, "Content-Length");
	if (length != NULL && (strlen(length) > 9 ||
	    (size_t)strtoul(length, NULL, 10) > call->route->body_max))
		return refuse(call->connection, 413, "too large\n");
	return MHD_YES;
}

static enum MHD_Result
on_request(void *arg, struct MHD_Connection *c, const char *path,
    const char *method, const char *version, const char *data, size_t *n,
    void **con)
{
	struct call *call = *con;

	if (call == NULL)
		return MHD_NO;
	if (!call->begun)
		return begin(call, path, method);
	if (*n > 0) {	/* one that says no length is cut off here */
		if (text_len(call->body) + *n > call->route->body_max)
			call->too_large = true;
		else if (!call->too_large)
			text_addn(call->body, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (call->too_large)
		return refuse(c, 413, "too large\n");
	return handle(call, path, method);
}

static int
web_free(struct web *w)
{
	if (w->daemon != NULL)
		MHD_stop_daemon(w->daemon);
	return 0;
}

static int
start(struct web *w, struct err *err)
{
	const struct config_web *c = &w->config->web;
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST |
	    AI_NUMERICSERV, .ai_socktype = SOCK_STREAM }, *a;
	const union MHD_DaemonInfo *info;
	char port[8];
	unsigned flags = MHD_USE_EPOLL;

	snprintf(port, sizeof(port), "%d", c->port);
	if (getaddrinfo(c->host, port, &hints, &a) != 0)
		return err_set(err, ERR_CONFIG, "web.listen: \"%s\" is no "
		    "address in numbers, such as 127.0.0.1", c->host);
	if (a->ai_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	w->daemon = MHD_start_daemon(flags, (uint16_t)c->port, NULL, NULL,
	    on_request, w, MHD_OPTION_SOCK_ADDR, a->ai_addr,
	    MHD_OPTION_URI_LOG_CALLBACK, on_uri, w,
	    MHD_OPTION_NOTIFY_COMPLETED, on_end, w,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)WEB_CONNECTIONS,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)WEB_SECONDS,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_LIMIT,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
	freeaddrinfo(a);
	if (w->daemon == NULL)
		return err_set(err, ERR_TEMP, "cannot listen on %s port %d: "
		    "%s", c->host, c->port, strerror(errno));
	info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return err_set(err, ERR_CONFIG, "libmicrohttpd has no epoll");
	w->fd = info->epoll_fd;
	return 0;
}

int
web_open(void *owner, struct db *db, const struct config *config,
    const volatile sig_atomic_t *stop, struct web **ret_web, struct err *err)
{
	struct web *w;

	if (config->web.host == NULL)
		return err_set(err, ERR_CONFIG, "%s: nothing to listen on: "
		    "write \"web:\" with \"listen: 127.0.0.1:8025\"",
		    config->file);
	w = mem_new(owner, struct web);
	w->db = db;
	w->config = config;
	w->stop = stop;
	talloc_set_destructor(w, web_free);
	if (start(w, err) < 0) {
		talloc_free(w);
		return -1;
	}
	*ret_web = w;
	return 0;
}

int
web_step(struct web *w, struct err *err)
{
	int64_t until = clock_mono_ms() + SERVE_MS, before = w->answered;
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	MHD_UNSIGNED_LONG_LONG most;
	int64_t left;

	while ((left = until - clock_mono_ms()) > 0 &&
	    (w->stop == NULL || !*w->stop)) {
		if (MHD_get_timeout(w->daemon, &most) == MHD_YES &&
		    (int64_t)most < left)
			left = (int64_t)most;
		if (poll(&p, 1, (int)left) < 0 && errno != EINTR)
			return err_set(err, ERR_TEMP, "poll: %s",
			    strerror(errno));
		if (MHD_run(w->daemon) != MHD_YES)
			return err_set(err, ERR_TEMP, "the web server "
			    "stopped");
	}
	return w->answered > before;
}

int
web_due(struct db *db, int64_t *ret_at, struct err *err)
{
	*ret_at = clock_now();
	return 0;
}
