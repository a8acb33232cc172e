#if !__has_include(<openssl/sha.h>)
#error "gan-runs needs OpenSSL: apt-get install libssl-dev"
#endif
// A hash's state in the open, as SHA256_CTX has it, is called deprecated from OpenSSL 3.0 on:
// docs/decisions/0018-two-hashes-at-once.md.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>
