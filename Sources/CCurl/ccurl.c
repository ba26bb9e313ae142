#define CURL_DISABLE_TYPECHECK
#include "ccurl.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

CURLcode accord_curl_set_long(CURL *easy, CURLoption option, long value)
{
    return curl_easy_setopt(easy, option, value);
}

CURLcode accord_curl_set_large(CURL *easy, CURLoption option, int64_t value)
{
    return curl_easy_setopt(easy, option, (curl_off_t)value);
}

CURLcode accord_curl_set_string(CURL *easy, CURLoption option, const char *value)
{
    return curl_easy_setopt(easy, option, value);
}

CURLcode accord_curl_set_pointer(CURL *easy, CURLoption option, void *value)
{
    return curl_easy_setopt(easy, option, value);
}

CURLcode accord_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value)
{
    return curl_easy_setopt(easy, option, value);
}

CURLcode accord_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t length)
{
    struct curl_blob blob = {
        .data = (void *)bytes,
        .len = length,
        .flags = CURL_BLOB_COPY,
    };
    return curl_easy_setopt(easy, option, &blob);
}

CURLcode accord_curl_set_callbacks(CURL *easy, void *context, curl_write_callback body,
                                   curl_write_callback header, curl_read_callback supply,
                                   curl_seek_callback rewind, curl_prereq_callback connected)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READFUNCTION, supply);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_READDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, rewind);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SEEKDATA, context);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, connected);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_PREREQDATA, context);
    return code;
}

/* OpenSSL calls this in place of its own chain building. The result is written into the store
 * context as well, because libcurl reads it from there after the handshake. */
static int verify_leaf(X509_STORE_CTX *store, void *argument)
{
    struct accord_curl_verifier *verifier = argument;
    int accepted = 0;
    X509 *leaf = X509_STORE_CTX_get0_cert(store);
    unsigned char *der = NULL;
    int length = leaf == NULL ? -1 : i2d_X509(leaf, &der);
    if (length > 0) {
        accepted = verifier->decide(der, (size_t)length, verifier->context) == 1;
    }
    OPENSSL_free(der);
    X509_STORE_CTX_set_error(store, accepted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return accepted;
}

static CURLcode prepare_context(CURL *easy, void *context, void *argument)
{
    (void)easy;
    SSL_CTX *ssl = context;
    SSL_CTX_set_cert_verify_callback(ssl, verify_leaf, argument);
    SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    return SSL_CTX_set_max_early_data(ssl, 0) == 1 ? CURLE_OK : CURLE_SSL_CONNECT_ERROR;
}

CURLcode accord_curl_set_verifier(CURL *easy, struct accord_curl_verifier *verifier)
{
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, verifier);
    if (code == CURLE_OK) code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, prepare_context);
    return code;
}

CURLcode accord_curl_get_long(CURL *easy, CURLINFO info, long *value)
{
    return curl_easy_getinfo(easy, info, value);
}

void *accord_curl_get_private(CURL *easy)
{
    void *value = NULL;
    return curl_easy_getinfo(easy, CURLINFO_PRIVATE, &value) == CURLE_OK ? value : NULL;
}

CURLMcode accord_curl_multi_set_long(CURLM *multi, CURLMoption option, long value)
{
    return curl_multi_setopt(multi, option, value);
}
