/* Types of tensors by their safetensors names. */
#ifndef AUGI_TENSOR_H
#define AUGI_TENSOR_H

#include "aug/tensor.h"

/* Type that a name ("F32") stands for; false if there is none. Any thread. */
bool augi_dtype_find(const char *name, AugDtype *dtype);

/* The names of all types, for messages: "U8, I32, I64, ...". Static string. Any thread. */
const char *augi_dtype_names(void);

#endif
