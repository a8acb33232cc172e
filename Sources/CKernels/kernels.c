#include "kernels.h"
typedef int gr_nothing;
