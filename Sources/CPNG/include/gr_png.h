#ifndef GR_PNG_H
#define GR_PNG_H
#if !__has_include(<png.h>)
#error "gan-runs needs libpng: apt-get install libpng-dev"
#endif
#endif
