/// What stands between librrd and its libraries while a picture is drawn.
#ifndef CRRD_REPLACED_H
#define CRRD_REPLACED_H

#include <stdbool.h>

/// Whether this thread draws a picture. Outside of that nothing is different.
extern _Thread_local bool crrd_is_drawing;

#endif
