/** What the byte before a value says that it is. Whole numbers up to the first of these stand for themselves. */
export const INTEGER_MAX = 0x7f;
export const FLOAT = 0x80;
export const INFINITE = 0x81;
export const MINUS_INFINITE = 0x82;
export const NOT_A_NUMBER = 0x83;
export const FALSE = 0x84;
export const TRUE = 0x85;
export const NOTHING = 0x86;
/** Code units below 256, a byte each. */
export const NARROW_TEXT = 0x87;
/** Two bytes for each code unit. */
export const WIDE_TEXT = 0x88;
export const NUMBERS = 0x89;
export const LIST = 0x8a;
/** A list of as many as there are before its end. */
export const OPEN_LIST = 0x8b;
export const END_OF_LIST = 0x8c;
/** A list of numbers that takes less: how many, by which scale. */
export const PACKED_NUMBERS = 0x8d;

export const FLOAT_BYTES = 8;
export const NARROW_MAX = 0xff;
export const BITS_PER_BYTE = 8;
