// Package token takes the compact form of a JSON Web Token apart and puts it
// together again. It judges nothing: a [Token] is well formed, never trusted.
package token

import (
	"fmt"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// MaxSize is the longest token that is read, in bytes. Servers stop at 4 to 64
// KiB; what is longer is no token but an attempt to use up memory.
const MaxSize = 1 << 20

// A Token is a compact JWS (RFC 7515 §3.1) taken apart. It keeps the text it was
// parsed from, because that is what the signature covers.
type Token struct {
	Header    strict.Object
	Claims    strict.Object // empty if the payload is no JSON object
	Payload   []byte        // the decoded bytes that Claims was read from
	Signature []byte

	compact            string
	headerEnd, bodyEnd int // where the two dots stand
}

// String is the token as received.
func (t *Token) String() string { return t.compact }

// SigningInput is what the signature covers: the first two segments as received
// (RFC 7515 §5.2). It is never made again from what they decode to.
func (t *Token) SigningInput() []byte { return []byte(t.compact[:t.bodyEnd]) }

// Segments are the three parts as received, still encoded. The signature is
// empty in a token of two parts, and payload too where only a header was read.
func (t *Token) Segments() (header, payload, signature string) {
	header = t.compact[:t.headerEnd]
	if t.bodyEnd > t.headerEnd {
		payload = t.compact[t.headerEnd+1 : t.bodyEnd]
		signature = strings.TrimPrefix(t.compact[t.bodyEnd:], ".")
	}
	return header, payload, signature
}

// Encode puts a token together: the exact bytes of header and payload, and the
// signature over them that sign makes.
func Encode(header, payload []byte, sign func(input []byte) ([]byte, error)) (string, error) {
	input := strict.EncodeBase64URL(header) + "." + strict.EncodeBase64URL(payload)
	signature, err := sign([]byte(input))
	if err != nil {
		return "", err
	}
	return input + "." + strict.EncodeBase64URL(signature), nil
}

// Parse reads a compact JWS whose header and payload are JSON objects, exactly
// as the standards have it: the first [Problem] of [Inspect] is its error, a
// [*ParseError].
func Parse(compact string) (*Token, error) {
	t, problems := Inspect(compact)
	if len(problems) > 0 {
		return nil, &ParseError{problems[0]}
	}
	return t, nil
}

// ParseRaw is [Parse] for a JWS whose payload may be any bytes.
func ParseRaw(compact string) (*Token, error) {
	t, problems := Inspect(compact)
	for _, p := range problems {
		if p.Part != Payload || p.encoding() {
			return nil, &ParseError{p}
		}
	}
	return t, nil
}

// A Part is a part of a token.
type Part string

const (
	Whole     Part = "token"
	Header    Part = "header"
	Payload   Part = "payload"
	Signature Part = "signature"
)

// Reasons that a token is not well formed, beside those of package strict.
const (
	Empty       strict.Reason = "empty"
	TooLong     strict.Reason = "too-long"     // longer than MaxSize
	WhiteSpace  strict.Reason = "white-space"  // inside the token: it was wrapped or cut
	JSONForm    strict.Reason = "json-form"    // the JSON serialisation (RFC 7515 §7.2), which no JWT has
	OtherJSON   strict.Reason = "json-object"  // another JSON object, as a login answers
	Segments    strict.Reason = "segments"     // not three parts
	Encrypted   strict.Reason = "encrypted"    // a JWE (RFC 7516)
	SDJWT       strict.Reason = "sd-jwt"       // with disclosures after "~" (RFC 9901)
	NoSignature strict.Reason = "no-signature" // two parts; an empty third one is for verify to judge
	Nested      strict.Reason = "nested"       // the payload is a token itself
)

// A Problem says which part of a token is not as the standards have it, and
// why. It never quotes the token.
type Problem struct {
	Part   Part
	Reason strict.Reason // stable
	Detail string        // a sentence without its subject: "is padded …"
}

// encoding reports whether the part could not even be decoded to bytes.
func (p Problem) encoding() bool {
	switch p.Reason {
	case strict.Alphabet, strict.Padding, strict.Length, strict.Canonical:
		return true
	}
	return false
}

// A ParseError is the [Problem] that made a token unusable.
type ParseError struct{ Problem }

func (e *ParseError) Error() string { return "the " + string(e.Part) + " " + e.Detail }

// Inspect reads as much of a token as can be read and says all that is wrong
// with it, for tools that only show tokens. The Token is nil if not even a
// header could be read.
func Inspect(compact string) (*Token, []Problem) {
	var problems []Problem
	report := func(part Part, reason strict.Reason, detail string) {
		problems = append(problems, Problem{part, reason, detail})
	}
	if whole, ok := wholeProblem(compact); ok {
		return nil, []Problem{whole}
	}
	if front, _, found := strings.Cut(compact, "~"); found {
		report(Whole, SDJWT, "is an SD-JWT: disclosures follow the token behind \"~\"")
		compact = front
	}

	segments := strings.SplitN(compact, ".", 6)
	miscounted := func() {
		report(Whole, Segments, fmt.Sprintf("has %d dots; a signed token has two", strings.Count(compact, ".")))
	}
	if n := len(segments); n == 4 || n == 6 {
		miscounted()
	}
	t := &Token{compact: compact, headerEnd: len(segments[0])}
	header, err := strict.Base64URL(segments[0])
	if err == nil {
		t.Header, err = strict.ParseObject(header)
	}
	if err != nil {
		report(Header, strict.ReasonOf(err), err.Error())
	}
	if len(t.Header.Raw()) == 0 {
		return nil, problems
	}
	_, encrypted := t.Header.Get("enc") // RFC 7516 §4.1.2: every JWE has it
	switch n := len(segments); {
	case n == 5 && encrypted:
		report(Whole, Encrypted, "is encrypted (a JWE of five parts); only its header can be read without the key")
	case n == 2:
		report(Signature, NoSignature, "is missing: the token has two parts instead of three")
	case n == 1, n == 5:
		miscounted()
	}
	if len(segments) != 2 && len(segments) != 3 {
		t.bodyEnd = t.headerEnd
		return t, problems
	}

	t.bodyEnd = t.headerEnd + 1 + len(segments[1])
	t.Payload, err = strict.Base64URL(segments[1])
	if err == nil {
		t.Claims, err = strict.ParseObject(t.Payload)
	}
	switch {
	case err == nil:
	case looksNested(t.Payload):
		report(Payload, Nested, "is a token itself: this one is only its envelope")
	default:
		report(Payload, strict.ReasonOf(err), err.Error())
	}

	if len(segments) == 3 {
		if t.Signature, err = strict.Base64URL(segments[2]); err != nil {
			report(Signature, strict.ReasonOf(err), err.Error())
		}
	}
	return t, problems
}

// wholeProblem is what makes a text no token at all. It comes before anything
// is decoded (RFC 8725bis §3.14).
func wholeProblem(compact string) (Problem, bool) {
	problem := func(reason strict.Reason, detail string) (Problem, bool) {
		return Problem{Whole, reason, detail}, true
	}
	switch {
	case compact == "":
		return problem(Empty, "is empty")
	case len(compact) > MaxSize:
		return problem(TooLong, "is longer than 1 MiB")
	case otherJSON(compact):
		return problem(OtherJSON, "is a JSON object, and no token")
	case compact[0] == '{':
		return problem(JSONForm, "is in the JSON serialisation; a JWT is always compact (RFC 7519 §3)")
	case strings.ContainsAny(compact, " \t\r\n"):
		return problem(WhiteSpace, "has white space inside: it was wrapped over lines, or more than a token was given")
	case !strings.Contains(compact, "."):
		return problem(Segments, "has no dot; a signed token has two, between its three parts")
	}
	return Problem{}, false
}

// otherJSON reports whether a text is a JSON object without what one in the JSON
// serialisation must have (RFC 7515 §7.2, RFC 7516 §7.2).
func otherJSON(text string) bool {
	if text[0] != '{' {
		return false
	}
	object, err := strict.ParseObject([]byte(text))
	for _, name := range []string{"payload", "signature", "signatures", "ciphertext"} {
		if _, found := object.Get(name); found {
			return false
		}
	}
	return err == nil
}

// looksNested reports whether a payload is three or five parts of base64url.
func looksNested(payload []byte) bool {
	dots := 0
	for _, c := range payload {
		switch {
		case c == '.':
			dots++
		case !strict.IsBase64URL(c):
			return false
		}
	}
	return dots == 2 || dots == 4
}
