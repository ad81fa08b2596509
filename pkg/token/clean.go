package token

import (
	"slices"
	"strings"
)

// What [Clean] takes off, by the names it returns.
const (
	RemovedSpace  = "surrounding white space"
	RemovedQuotes = "surrounding quotes"
)

// fields and schemes are what people copy along with a token. Flask-JWT uses "JWT"
// (https://pythonhosted.org/Flask-JWT/), RFC 9449 has "DPoP", all others "Bearer"
// (RFC 6750).
var (
	fields  = []string{"Authorization:", "DPoP:"}
	schemes = []string{"Bearer", "JWT", "DPoP"}
)

// Clean takes off what is copied along with a token, and says what it took: the
// field name, the auth scheme, quotes, white space around. It changes nothing
// inside the token. A single newline at the end is not worth a word.
func Clean(pasted string) (compact string, removed []string) {
	text := strings.TrimSuffix(strings.TrimSuffix(pasted, "\n"), "\r")
	note := func(what string) {
		if !slices.Contains(removed, what) {
			removed = append(removed, what)
		}
	}
	for {
		before := text
		if trimmed := strings.Trim(text, " \t\r\n"); trimmed != text {
			text = trimmed
			note(RemovedSpace)
		}
		if n := len(text); n >= 2 && strings.IndexByte("\"'`", text[0]) >= 0 && text[n-1] == text[0] {
			text = text[1 : n-1]
			note(RemovedQuotes)
		}
		for _, field := range fields {
			if rest, ok := cutFold(text, field); ok {
				text = strings.TrimLeft(rest, " \t")
				note(`"` + field + `"`)
			}
		}
		for _, scheme := range schemes {
			if rest, ok := cutFold(text, scheme+" "); ok {
				text = strings.TrimLeft(rest, " \t")
				note(`"` + scheme + `"`)
			}
		}
		if text == before {
			return text, removed
		}
	}
}

func cutFold(text, prefix string) (rest string, found bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}
