#include "gr_sqlite.h"
typedef int gr_nothing;
