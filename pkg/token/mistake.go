package token

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// A Mistake is the stable name of what was given where a token was meant.
type Mistake string

const (
	NoMistake   Mistake = ""
	Placeholder Mistake = "placeholder"     // what a program writes for a value that it does not have
	Unexpanded  Mistake = "unexpanded"      // the variable, not its value
	Object      Mistake = "json"            // a whole JSON object
	Percent     Mistake = "percent-encoded" // a JWT, encoded for a URL
	Wrapped     Mistake = "base64-wrapped"  // a JWT, in base64 once more
	Unsigned    Mistake = "two-segments"    // header and payload of a JWT alone
	Encrypts    Mistake = "encrypted"       // a JWE: no mistake, but nobody can look inside
)

// placeholders are what programs write for a value that they do not have.
var placeholders = []string{"undefined", "null", "[object Object]", "[object Promise]", "None", "nil", "NaN", "true", "false", "True", "False"}

// Mistaken says what a cleaned text is, if somebody has taken it for a token that it
// is not; what says more where there is more: the name of the placeholder, or the
// members of a JSON object that look like tokens, between commas.
func Mistaken(text string) (m Mistake, what string) {
	for _, p := range placeholders {
		if text == p {
			return Placeholder, p
		}
	}
	if unexpanded(text) {
		return Unexpanded, ""
	}
	if strings.HasPrefix(text, "{") {
		if object, err := strict.ParseObject([]byte(text)); err == nil {
			return Object, strings.Join(tokensIn(object), ", ")
		}
		return Object, ""
	}
	if strings.Contains(text, "%") {
		if decoded, err := url.PathUnescape(text); err == nil && decoded != text && compact(decoded) {
			return Percent, ""
		}
	}
	if !strings.Contains(text, ".") {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			if inner, err := encoding.DecodeString(strings.TrimRight(text, "=")); err == nil {
				if cleaned, _ := Clean(string(inner)); compact(cleaned) {
					return Wrapped, ""
				}
			}
		}
	}
	switch header, _, _ := strings.Cut(text, "."); {
	case !isHeader(header):
	case strings.Count(text, ".") == 1:
		return Unsigned, ""
	case strings.Count(text, ".") == 4:
		return Encrypts, ""
	}
	return NoMistake, ""
}

// unexpanded reports whether a text is the name of a variable, as shells, cmd.exe,
// Postman, templates and GitHub Actions write it.
func unexpanded(text string) bool {
	for _, form := range [][2]string{{"${{", "}}"}, {"${", "}"}, {"$(", ")"}, {"{{", "}}"}, {"%", "%"}, {"<", ">"}, {"$", ""}} {
		inner, ok := strings.CutPrefix(text, form[0])
		if !ok {
			continue
		}
		if inner, ok = strings.CutSuffix(inner, form[1]); !ok {
			continue
		}
		inner = strings.TrimSpace(inner)
		name := func(r rune) bool {
			return r == '_' || r == '-' || r == '.' || r == ' ' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		}
		if inner != "" && !strings.ContainsFunc(inner, func(r rune) bool { return !name(r) }) {
			return true
		}
	}
	return false
}

// compact reports whether a text has three segments, of which the first is a header.
func compact(text string) bool {
	header, _, _ := strings.Cut(text, ".")
	return strings.Count(text, ".") == 2 && isHeader(header)
}

func isHeader(segment string) bool {
	data, err := strict.Base64URL(segment)
	if err != nil {
		return false
	}
	object, err := strict.ParseObject(data)
	if err != nil {
		return false
	}
	_, found := object.Get("alg")
	return found
}

// tokensIn names the members of an answer that tokens stand in, as pointers (RFC 6901)
// if they stand deeper. It picks none: which of them is meant, it cannot know.
func tokensIn(object strict.Object) []string {
	var names []string
	for _, m := range object.Members() {
		text, isText := strict.Text(m.Value)
		if isText && (compact(text) || strings.HasSuffix(strings.ToLower(m.Name), "token") || m.Name == "jwt") {
			names = append(names, m.Name)
		}
		if inner, err := strict.ParseObject(m.Value); err == nil {
			for _, name := range tokensIn(inner) {
				names = append(names, "/"+m.Name+"/"+strings.TrimPrefix(name, "/"))
			}
		}
	}
	return names
}
