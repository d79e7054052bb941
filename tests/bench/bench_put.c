/* bench_put.c - what writing calendar objects costs without anything else: a
 * plain loop of PUTs of libcurl over one connection.
 *
 * usage: bench_put URL USER PASSWORD N < OBJECT	(%08d in it: its number) */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t
forget(char *data, size_t size, size_t n, void *arg)
{
	(void)data;
	(void)arg;
	return size * n;
}

int
main(int argc, char **argv)
{
	char form[8192], body[9000], url[1000];
	size_t len = fread(form, 1, sizeof(form) - 1, stdin);
	CURL *c = curl_easy_init();
	struct curl_slist *head;
	long status = 0;
	char *at;
	int i, n;

	if (argc != 5 || c == NULL)
		return 64;
	form[len] = '\0';
	at = strstr(form, "%08d");
	n = atoi(argv[4]);
	head = curl_slist_append(NULL, "Content-Type: text/calendar; "
	    "charset=utf-8");
	head = curl_slist_append(head, "If-None-Match: *");
	head = curl_slist_append(head, "Expect:");
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(c, CURLOPT_USERNAME, argv[2]);
	curl_easy_setopt(c, CURLOPT_PASSWORD, argv[3]);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, forget);
	for (i = 0; i < n; i++) {
		snprintf(url, sizeof(url), "%s%08d.ics", argv[1], i);
		snprintf(body, sizeof(body), "%.*s%08d%s", at == NULL ? 0 :
		    (int)(at - form), form, i, at == NULL ? form : at + 4);
		curl_easy_setopt(c, CURLOPT_URL, url);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, "PUT");
		if (curl_easy_perform(c) != CURLE_OK ||
		    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status) !=
		    CURLE_OK || status != 201) {
			fprintf(stderr, "bench_put: %s: %ld\n", url, status);
			return 1;
		}
	}
	curl_slist_free_all(head);
	curl_easy_cleanup(c);
	return 0;
}
