package strict

import "encoding/base64"

// encoding is strict about unused bits. It still skips CR and LF, as all of
// encoding/base64 does, which is why [Base64URL] checks the alphabet first.
var encoding = base64.RawURLEncoding.Strict()

// Base64URL decodes canonical base64url without padding (RFC 7515 §2): one
// text for each byte string. Errors are [*Error].
func Base64URL(text string) ([]byte, error) {
	for i := range len(text) {
		if IsBase64URL(text[i]) {
			continue
		}
		if text[i] == '=' && len(text)-i <= 2 {
			return nil, &Error{Reason: Padding, Offset: i}
		}
		return nil, &Error{Reason: Alphabet, Offset: i}
	}
	if len(text)%4 == 1 {
		return nil, &Error{Reason: Length, Offset: len(text)}
	}
	data, err := encoding.DecodeString(text)
	if err != nil {
		return nil, &Error{Reason: Canonical, Offset: len(text) - 1}
	}
	return data, nil
}

// EncodeBase64URL is the inverse of [Base64URL].
func EncodeBase64URL(data []byte) string { return encoding.EncodeToString(data) }

// IsBase64URL reports whether c is a character of base64url.
func IsBase64URL(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}
