/* Baud rates as the kernel codes them: since glibc 2.42 its headers say them as numbers, which the cfsetospeed() of older
 * ones refuses. Rates without a code are not there. */
#include_next <bits/termios-baud.h>

#undef B0
#define B0 0000000
#undef B50
#define B50 0000001
#undef B75
#define B75 0000002
#undef B110
#define B110 0000003
#undef B134
#define B134 0000004
#undef B150
#define B150 0000005
#undef B200
#define B200 0000006
#undef B300
#define B300 0000007
#undef B600
#define B600 0000010
#undef B1200
#define B1200 0000011
#undef B1800
#define B1800 0000012
#undef B2400
#define B2400 0000013
#undef B4800
#define B4800 0000014
#undef B9600
#define B9600 0000015
#undef B19200
#define B19200 0000016
#undef B38400
#define B38400 0000017
#undef B57600
#define B57600 0010001
#undef B115200
#define B115200 0010002
#undef B230400
#define B230400 0010003
#undef B460800
#define B460800 0010004
#undef B500000
#define B500000 0010005
#undef B576000
#define B576000 0010006
#undef B921600
#define B921600 0010007
#undef B1000000
#define B1000000 0010010
#undef B1152000
#define B1152000 0010011
#undef B1500000
#define B1500000 0010012
#undef B2000000
#define B2000000 0010013
#undef B2500000
#define B2500000 0010014
#undef B3000000
#define B3000000 0010015
#undef B3500000
#define B3500000 0010016
#undef B4000000
#define B4000000 0010017

#undef B7200
#undef B14400
#undef B28800
#undef B33600
#undef B76800
#undef B153600
#undef B307200
#undef B614400
#undef B5000000
#undef B10000000

#undef __MAX_BAUD
#define __MAX_BAUD B4000000
#undef SPEED_MAX
