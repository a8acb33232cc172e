#ifndef GR_KERNELS_H
#define GR_KERNELS_H
#endif
