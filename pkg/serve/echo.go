package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
)

// A Seen is what arrived as credentials, and nothing that they could be made from.
type Seen struct {
	Seen    bool   `json:"seen"`     // whether there are any; an empty field has none
	Scheme  string `json:"scheme"`   // the auth scheme, if the field has the form of one
	Length  int    `json:"length"`   // of what follows it, in bytes
	SHA256  string `json:"sha256_8"` // the first 8 hex digits
	Carrier string `json:"carrier"`  // the name of the field; empty if none has arrived
}

// See looks for credentials in a request. Several fields are one list, as every
// server that hands them on has it (RFC 9110 §5.3).
func See(r *http.Request) Seen {
	field := strings.TrimSpace(strings.Join(r.Header.Values("Authorization"), ", "))
	if field == "" {
		return Seen{}
	}
	scheme, credentials, _ := strings.Cut(field, " ")
	if !isScheme(scheme, credentials) { // it may be a token with nothing before it
		scheme, credentials = "", field
	}
	credentials = strings.TrimLeft(credentials, " ")
	sum := sha256.Sum256([]byte(credentials))
	return Seen{true, scheme, len(credentials), hex.EncodeToString(sum[:4]), "Authorization"}
}

// schemes are those that may stand alone (RFC 9110 §11.4, and what APIs have made up).
var schemes = []string{"basic", "bearer", "digest", "dpop", "jwt", "negotiate", "token"}

// isScheme reports whether the first word of a field is an auth scheme, and not a
// credential or a part of one.
func isScheme(word, rest string) bool {
	const longest = 32 // no scheme of IANA's registry comes near it
	if rest == "" {
		return slices.Contains(schemes, strings.ToLower(word))
	}
	return len(word) <= longest && !strings.ContainsFunc(word, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-'
	})
}

// Echo says what has arrived: of credentials, what a [Seen] says of them. Where the
// deployment in front of it is in doubt, it is the canary.
func Echo() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, http.StatusOK, struct {
			Seen
			Method string `json:"method"`
			Path   string `json:"path"`
		}{See(r), r.Method, r.URL.Path})
	})
}

// answerJSON is an answer that nobody is to keep.
func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	reply(w, status, body)
}
