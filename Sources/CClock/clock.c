#include "CClock.h"

#include <string.h>
#include <sys/timex.h>

int cclock_is_synchronised(void)
{
    struct timex state;
    memset(&state, 0, sizeof state); /* no modes: it only reads */
    int code = adjtimex(&state);
    if (code < 0)
        return -1;
    return code != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}
