#if !__has_include(<openssl/evp.h>)
#error "gan-runs needs OpenSSL: apt-get install libssl-dev"
#endif
#include <openssl/crypto.h>
#include <openssl/evp.h>
