#if !__has_include(<zlib.h>)
#error "gan-runs needs zlib: apt-get install zlib1g-dev"
#endif
#include <zlib.h>
