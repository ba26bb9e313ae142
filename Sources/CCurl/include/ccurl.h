#ifndef ACCORD_CCURL_H
#define ACCORD_CCURL_H

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>

/* Typed entry points to libcurl.
 *
 * libcurl's setters and getters are variadic, which Swift cannot call; each function below fixes
 * the type of one family of options. Calling one with an option of another type is a programmer
 * error that libcurl itself cannot detect, so keep the suffix in step with the manual page. */

CURLcode accord_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode accord_curl_set_large(CURL *easy, CURLoption option, int64_t value);
CURLcode accord_curl_set_string(CURL *easy, CURLoption option, const char *value);
CURLcode accord_curl_set_pointer(CURL *easy, CURLoption option, void *value);
CURLcode accord_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value);

/* libcurl copies the blob, so the caller's bytes need to live only until the call returns. */
CURLcode accord_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t length);

/* The callbacks of one transfer; `context` is handed to each of them. `supply` and `rewind` may be
 * null when the request has no body. `connected` runs once per request, after the handshake and
 * before the first byte of the request. */
CURLcode accord_curl_set_callbacks(CURL *easy, void *context, curl_write_callback body,
                                   curl_write_callback header, curl_read_callback supply,
                                   curl_seek_callback rewind, curl_prereq_callback connected);

/* Decides on the server's leaf certificate: its DER bytes in, 1 to accept and 0 to refuse. */
typedef int (*accord_curl_decide)(const uint8_t *leaf, size_t length, void *context);

/* Must outlive the handshake of every connection that the handle opens. */
struct accord_curl_verifier {
    accord_curl_decide decide;
    void *context;
};

/* Replaces OpenSSL's chain verification by `verifier`, and turns off everything by which a later
 * connection could skip the certificate: tickets, the session cache, early data. */
CURLcode accord_curl_set_verifier(CURL *easy, struct accord_curl_verifier *verifier);

CURLcode accord_curl_get_long(CURL *easy, CURLINFO info, long *value);

/* What was installed with CURLOPT_PRIVATE, or null. */
void *accord_curl_get_private(CURL *easy);

CURLMcode accord_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);

#endif
