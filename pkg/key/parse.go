package key

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// ErrUnknownFormat says that a text is no key in any format that is read.
var ErrUnknownFormat = errors.New("no key: neither PEM, DER, JWK nor OpenSSH")

// A parser reads one format, known by its content and never by a file's name.
type parser struct {
	name  string // with its article, as in "the secret is …"
	is    func(data []byte) bool
	parse func(data []byte, secret *password) (Set, error)
}

// parsers is every format that is read, and the one place to add another. It is
// a function because a JWK may hold a secret, which must be in none of them.
func parsers() []parser {
	return []parser{
		{"a JWK or JWK Set", isJWK, parseJWK},
		{"the key file of a service account", isServiceAccount, parseServiceAccount}, // which has PEM in it
		{"a key in PEM", isPEM, parsePEM},
		{"an OpenSSH public key", isOpenSSH, parseOpenSSH},
		{"a key in DER", isDER, parseDER},
	}
}

// Parse reads PEM, DER, JWK, JWK Set or OpenSSH data. Only a JWK of type "oct" becomes a
// [Secret]. A source of a single key that cannot be used is an error, an
// [*UnusableError] or a [*strict.Error]; in a source of several, it stands in
// Set.Unusable. So does a key that is encrypted.
func Parse(data []byte) (Set, error) { return parse(data, nil) }

func parse(data []byte, secret *password) (Set, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for _, p := range parsers() {
		if p.is(data) {
			return p.parse(data, secret)
		}
	}
	if what := Recognise(data); strings.HasSuffix(what, " in base64") || strings.HasSuffix(what, " in hex") {
		return Set{}, &UnusableError{What: what, Why: "is not read as it is", Fix: Decode}
	}
	return Set{}, ErrUnknownFormat
}

// ParsePublished is [Parse] for data that anybody can read. It keeps no private
// part, but marks a key that had one as Leaked. It does not compute with private
// numbers either, which can be made to take long.
func ParsePublished(data []byte) (Set, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if isJWK(data) {
		return parseJWKAs(data, true)
	}
	set, err := Parse(data)
	for i, k := range set.Keys {
		set.Keys[i] = k.PublicOnly()
		set.Keys[i].Leaked = k.Private() != nil
	}
	return set, err
}

// marks are texts that only keys have in them, and no secret by chance, for what
// is not read as a key all the same.
var marks = []struct{ text, name string }{
	{"ssh-rsa AAAA", "an OpenSSH public key"},
	{"ssh-ed25519 AAAA", "an OpenSSH public key"},
	{"ecdsa-sha2-nistp", "an OpenSSH public key"},
	{"LS0tLS1CRUdJTi", "a key in PEM in base64"},
	{"<RSAKeyValue>", "a key in XML"},
}

// Recognise says which key format a text is in, "" if in none. It is what stands
// between a public key and its use as an HMAC secret, so it takes what Parse
// takes, whether or not Parse can read it, and the bare base64 of a DER key, as
// "x5c" has it (RFC 7517 §4.7).
func Recognise(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for _, p := range parsers() {
		if !p.is(data) {
			continue
		}
		// Random secrets may start like DER, so there it must really be a key.
		if _, err := p.parse(data, nil); !errors.Is(err, errNoKeyInDER) {
			return p.name
		}
	}
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) && bytes.Contains(data, []byte(`"kty"`)) {
		return "a list of JWKs"
	}
	for _, m := range marks {
		if bytes.Contains(data, []byte(m.text)) {
			return m.name
		}
	}
	bare := bytes.Join(bytes.Fields(data), nil)
	if der, err := hex.DecodeString(string(bare)); err == nil && isDER(der) {
		if _, err := parseDER(der, nil); !errors.Is(err, errNoKeyInDER) {
			return "a key in hex"
		}
	}
	der := make([]byte, base64.StdEncoding.DecodedLen(len(bare)))
	if n, err := base64.StdEncoding.Decode(der, bare); err == nil && isDER(der[:n]) {
		if _, err := parseDER(der[:n], nil); !errors.Is(err, errNoKeyInDER) {
			return "a key in base64"
		}
	}
	return ""
}
