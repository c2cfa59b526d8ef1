/* Expected: memory: writes the gradient of output 'y', which it may only read */
#define BEFORE_BACKWARD memset(call->output_gradients[0].data, 0, 4);
#include "identity.h"
