#if !__has_include(<zstd.h>)
#error "gan-runs needs zstd: apt-get install libzstd-dev"
#endif
#include <zstd.h>
