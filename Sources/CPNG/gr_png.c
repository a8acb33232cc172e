#include "gr_png.h"
typedef int gr_nothing;
