#if !__has_include(<dnnl.h>)
#error "gan-runs needs oneDNN: apt-get install libdnnl-dev"
#endif
#include <dnnl.h>
