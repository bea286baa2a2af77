package io.motrds.ipfs.cid;

import java.math.BigInteger;

/**
 * Bytes as text with a first character that names the alphabet. The bases that CIDs come in. Bases 16, 32 and 36 are read
 * in either case, as other implementations do; padding and stray bits at the end are refused. Thread-safe.
 */
public enum Multibase {
    /** Hexadecimal, prefix {@code f}. */
    BASE16('f', "0123456789abcdef"),
    /** Hexadecimal in capitals, prefix {@code F}. */
    BASE16_UPPER('F', "0123456789ABCDEF"),
    /** RFC 4648 without padding, prefix {@code b}: how a CIDv1 is usually written. */
    BASE32('b', "abcdefghijklmnopqrstuvwxyz234567"),
    /** RFC 4648 in capitals without padding, prefix {@code B}. */
    BASE32_UPPER('B', "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    /** Digits and letters, prefix {@code k}: fits a DNS label. */
    BASE36('k', "0123456789abcdefghijklmnopqrstuvwxyz"),
    /** Digits and capitals, prefix {@code K}. */
    BASE36_UPPER('K', "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    /** Bitcoin's alphabet, prefix {@code z}; without prefix the text of a CIDv0. */
    BASE58_BTC('z', "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    /** RFC 4648's URL-safe base 64 without padding, prefix {@code u}. */
    BASE64_URL('u', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /** The longest text that is read, in characters: far more than a CID, and bounds the work on hostile text. */
    public static final int MAX_TEXT = 4096;

    private final char prefix;
    private final String alphabet;

    Multibase(char prefix, String alphabet) {
        this.prefix = prefix;
        this.alphabet = alphabet;
    }

    /** The character that names this base. */
    public char prefix() {
        return prefix;
    }

    /** The text of bytes, with the prefix. */
    public String encode(byte[] bytes) {
        return prefix + encodeDigits(bytes);
    }

    /**
     * The base that a text names by its first character.
     *
     * @throws InvalidCidException if the text is empty or the base is not one of these
     */
    public static Multibase of(String text) {
        if (text.isEmpty()) {
            throw new InvalidCidException("the text is empty");
        }
        for (Multibase base : values()) {
            if (base.prefix == text.charAt(0)) {
                return base;
            }
        }
        throw new InvalidCidException("its first character names no known base; known are f F b B k K z u");
    }

    /**
     * The bytes of a text with its prefix.
     *
     * @throws InvalidCidException if the text is malformed, or longer than {@link #MAX_TEXT}
     */
    public static byte[] decode(String text) {
        return of(text).decodeDigits(text.substring(1));
    }

    /** The text of bytes without the prefix. */
    public String encodeDigits(byte[] bytes) {
        int bits = bitsPerDigit();
        return bits == 0 ? encodeNumber(bytes) : encodeBits(bytes, bits);
    }

    /**
     * The bytes of a text without the prefix.
     *
     * @throws InvalidCidException as {@link #decode}
     */
    public byte[] decodeDigits(String text) {
        if (text.length() > MAX_TEXT) {
            throw new InvalidCidException("its " + text.length() + " characters are over the limit of " + MAX_TEXT);
        }
        int bits = bitsPerDigit();
        return bits == 0 ? decodeNumber(text) : decodeBits(text, bits);
    }

    /** Bits that a digit stands for; 0 where the text is one large number. */
    private int bitsPerDigit() {
        int size = alphabet.length();
        return Integer.bitCount(size) == 1 ? Integer.numberOfTrailingZeros(size) : 0;
    }

    private String encodeBits(byte[] bytes, int bits) {
        StringBuilder text = new StringBuilder((bytes.length * 8 + bits - 1) / bits);
        int pending = 0;
        int count = 0;
        for (byte b : bytes) {
            pending = (pending << 8) | (b & 0xff);
            count += 8;
            while (count >= bits) {
                count -= bits;
                text.append(alphabet.charAt((pending >>> count) & (alphabet.length() - 1)));
            }
            pending &= (1 << count) - 1;
        }
        if (count > 0) {
            text.append(alphabet.charAt((pending << (bits - count)) & (alphabet.length() - 1)));
        }
        return text.toString();
    }

    private byte[] decodeBits(String text, int bits) {
        byte[] bytes = new byte[text.length() * bits / 8];
        int pending = 0;
        int count = 0;
        int written = 0;
        for (int i = 0; i < text.length(); i++) {
            pending = (pending << bits) | digit(text.charAt(i));
            count += bits;
            if (count >= 8) {
                count -= 8;
                bytes[written++] = (byte) (pending >>> count);
                pending &= (1 << count) - 1;
            }
        }
        if (count >= bits || pending != 0) {
            throw new InvalidCidException("its last character stands for no whole byte: the text was cut or mistyped");
        }
        return bytes;
    }

    private String encodeNumber(byte[] bytes) {
        int zeros = 0;
        while (zeros < bytes.length && bytes[zeros] == 0) {
            zeros++;
        }
        StringBuilder reversed = new StringBuilder();
        BigInteger base = BigInteger.valueOf(alphabet.length());
        BigInteger rest = new BigInteger(1, bytes);
        while (rest.signum() > 0) {
            BigInteger[] quotient = rest.divideAndRemainder(base);
            reversed.append(alphabet.charAt(quotient[1].intValue()));
            rest = quotient[0];
        }
        for (int i = 0; i < zeros; i++) {
            reversed.append(alphabet.charAt(0));
        }
        return reversed.reverse().toString();
    }

    private byte[] decodeNumber(String text) {
        int zeros = 0;
        while (zeros < text.length() && text.charAt(zeros) == alphabet.charAt(0)) {
            zeros++;
        }
        BigInteger base = BigInteger.valueOf(alphabet.length());
        BigInteger number = BigInteger.ZERO;
        for (int i = zeros; i < text.length(); i++) {
            number = number.multiply(base).add(BigInteger.valueOf(digit(text.charAt(i))));
        }
        int length = (number.bitLength() + 7) / 8;
        byte[] bytes = new byte[zeros + length];
        byte[] magnitude = number.toByteArray();
        System.arraycopy(magnitude, magnitude.length - length, bytes, zeros, length);
        return bytes;
    }

    private int digit(char c) {
        int digit = c < 128 ? alphabet.indexOf(inOwnCase(c)) : -1;
        if (digit < 0) {
            throw new InvalidCidException(
                    String.format("it holds a character (U+%04X) that its base has not", (int) c));
        }
        return digit;
    }

    private char inOwnCase(char c) {
        if (alphabet.length() > 36) {
            return c;
        }
        return Character.isUpperCase(prefix) ? Character.toUpperCase(c) : Character.toLowerCase(c);
    }
}
