// Package sign makes tokens: it merges claims and header members into given
// ones byte by byte, holds them against the standard, and signs.
package sign

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// A Member is one claim or header member to set, or to take out.
type Member struct {
	Name  string          // a JSON Pointer (RFC 6901) if it starts with "/", else the member's very name
	Value json.RawMessage // nil takes the member out
}

// A MemberError says which claim or header member cannot be set, and why.
type MemberError struct {
	Name string
	Why  string // a predicate: "is set twice"
	Err  error
}

func (e *MemberError) Error() string { return fmt.Sprintf("%s %s", strict.Quote(e.Name), e.Why) }
func (e *MemberError) Unwrap() error { return e.Err }

// ErrTwice is wrapped by the error about a member that is set twice.
var ErrTwice = errors.New("set twice")

// Merge sets members in a base object and leaves every other byte of it as it
// is. A member replaces one of the base, but not one set in the same call:
// which of the two was meant cannot be known.
func Merge(base strict.Object, members []Member) (strict.Object, error) {
	if len(base.Raw()) == 0 {
		base, _ = strict.ParseObject([]byte("{}"))
	}
	var done [][]string
	for _, m := range members {
		steps := []string{m.Name}
		if _, whole := base.Get(m.Name); !whole && strings.HasPrefix(m.Name, "/") {
			var err error
			if steps, err = strict.Pointer(m.Name); err != nil {
				return strict.Object{}, &MemberError{Name: m.Name, Why: "is " + err.Error(), Err: err}
			}
		}
		// The same place, or one around it, whose new value would take it away.
		if slices.ContainsFunc(done, func(set []string) bool { return len(set) >= len(steps) && slices.Equal(set[:len(steps)], steps) }) {
			return strict.Object{}, &MemberError{Name: m.Name, Why: "is set twice", Err: ErrTwice}
		}
		if steps[len(steps)-1] != "-" { // one more element, each time
			done = append(done, steps)
		}
		if m.Value == nil {
			base = base.Without(m.Name)
			continue
		}
		changed, err := base.WithAt(steps, m.Value)
		if err != nil {
			return strict.Object{}, &MemberError{Name: m.Name, Why: "cannot be set: " + err.Error(), Err: err}
		}
		base = changed
	}
	return base, nil
}

// Check holds claims against the types of RFC 7519 §4.1, but for those that were
// the same before: they are another's. Its error is a [*MemberError].
func Check(claims, before strict.Object) error {
	for _, m := range claims.Members() {
		why := ""
		if old, found := before.Get(m.Name); found && string(old) == string(m.Value) {
			continue
		}
		switch m.Name {
		case "iss", "sub", "jti":
			if _, ok := strict.Text(m.Value); !ok {
				why = "must be a string"
			}
		case "aud":
			if _, ok := strict.Texts(m.Value); !ok {
				why = "must be a string or an array of strings"
			}
		case "exp", "nbf", "iat":
			if _, err := token.NumericDate(m.Value); err != nil {
				why = err.Error() + "; it must be seconds since 1970 as a number"
			}
		}
		if why != "" {
			return &MemberError{Name: m.Name, Why: why}
		}
	}
	return nil
}

// Token signs header and claims as they are, byte by byte. The header's "alg"
// must be a's name: what is signed says truly how.
func Token(a alg.Algorithm, k key.Key, header, claims strict.Object) (string, error) {
	if name, _ := header.Text("alg"); name != a.Name {
		return "", &MemberError{Name: "alg", Why: fmt.Sprintf("must be %q, the algorithm that signs", a.Name)}
	}
	return token.Encode(header.Raw(), claims.Raw(), func(input []byte) ([]byte, error) {
		return a.Sign(k, input)
	})
}
