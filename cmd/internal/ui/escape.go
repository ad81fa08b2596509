package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxMarks is how many combining marks in a row are let through. More than
// four is the sign of an attack, not of a language (UTS #39, section 5.4); a
// long run paints over the lines around it.
const maxMarks = 4

// Escape makes text from strangers safe on a terminal and in a log. What would
// steer the reader's terminal, reorder or hide text becomes \uXXXX, a pair of
// them beyond U+FFFF, so that the result also fits inside a JSON string:
//
//   - control characters (also tab and newline), line and paragraph separators
//   - format characters: bidi marks, zero-width and tag characters, soft hyphen
//   - other characters drawn as nothing: variation selectors, Hangul fillers, the
//     braille blank, whatever else Unicode calls default ignorable
//   - noncharacters, and each byte that is not UTF-8, as \ufffd
//   - combining marks after the fourth in a row
//   - the # with which a CI logging command starts, anywhere in a line (##[add-mask]…)
//
// Letters, private-use characters and the spaces of other scripts stay. A
// backslash stays too: the result is for reading, not for decoding, and
// escaping it again changes nothing.
func Escape(s string) string {
	if escaped := escape([]byte(s), ""); escaped != nil {
		return string(escaped)
	}
	return s
}

// EscapeJSON does what Escape does inside a JSON text without changing what the
// text means. A carriage return between tokens, which would let one member
// overwrite another on a terminal, becomes a space; everything else is
// untouched, and a text with nothing to escape is returned as it is. The input
// is valid JSON.
func EscapeJSON(raw []byte) []byte {
	if bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte(" "))
	}
	// Valid JSON has no raw control character inside a string (RFC 8259,
	// section 7), and nothing else that is hostile outside of one.
	if escaped := escape(raw, "\t\n"); escaped != nil {
		return escaped
	}
	return raw
}

// Indent lays a JSON text out with two spaces, prefix before each line but the
// first, and escapes it. Member order, number text and duplicate members stay
// as they were received. What is not JSON comes back as one line of escaped
// text. The caller has capped the depth: n levels make n² spaces.
func Indent(raw []byte, prefix string) []byte {
	var out bytes.Buffer
	// json.Indent drops the white space before the text and keeps what is after.
	if json.Indent(&out, bytes.TrimRight(raw, " \t\r\n"), prefix, "  ") != nil {
		return []byte(Escape(string(raw)))
	}
	return EscapeJSON(out.Bytes())
}

// escape returns src with everything hostile spelt out, but for the control
// characters in keep, or nil if there was nothing to do.
func escape(src []byte, keep string) []byte {
	var dst []byte
	done, marks := 0, 0 // src[:done] is in dst; so many marks stand right before i
	for i := 0; i < len(src); {
		if c := src[i]; ' ' <= c && c <= '~' && c != '#' { // nearly always
			marks = 0
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if unicode.In(r, unicode.Mn, unicode.Me) {
			marks++
		} else {
			marks = 0
		}
		switch {
		case hostile(r) && !strings.ContainsRune(keep, r),
			r == utf8.RuneError && size == 1,
			r == '#' && startsCommand(src[i:]),
			marks > maxMarks:
			dst = append(dst, src[done:i]...)
			dst = appendSpelt(dst, r)
			done = i + size
		}
		i += size
	}
	if done == 0 {
		return nil
	}
	return append(dst, src[done:]...)
}

// hostile reports whether r is a character that acts on the text around it or
// cannot be seen.
func hostile(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r < ' ' || r == '\x7f'
	case r == '\u2800': // BRAILLE PATTERN BLANK: a symbol to Unicode, nothing to the eye
		return true
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // format characters with a shape: Arabic number signs
		return false
	}
	return unicode.In(r,
		unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point,
		unicode.Noncharacter_Code_Point)
}

// startsCommand reports whether text starts a logging command of a CI system
// that obeys them anywhere in a line: GitHub Actions (its older syntax), Azure
// Pipelines, TeamCity. Without it, a claim could set variables of the very
// build that judges the token.
func startsCommand(text []byte) bool {
	return bytes.HasPrefix(text, []byte("##[")) ||
		bytes.HasPrefix(text, []byte("##vso[")) ||
		bytes.HasPrefix(text, []byte("##teamcity["))
}

func appendSpelt(dst []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		return fmt.Appendf(dst, `\u%04x\u%04x`, high, low)
	}
	return fmt.Appendf(dst, `\u%04x`, r)
}
