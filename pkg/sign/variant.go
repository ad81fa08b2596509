package sign

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
)

// A Draft is all that a token is made of.
type Draft struct {
	Algorithm      alg.Algorithm
	Key            key.Key
	Header, Claims strict.Object
	Now            time.Time
}

// A Variant is a token with one fault, to test that it is refused.
type Variant struct {
	Name string
	Why  string // a predicate of the token: why it must be refused
	make func(Draft) (string, error)
}

// ErrNoVariant says that a fault cannot be made from what a token is made of.
var ErrNoVariant = errors.New("there is no public key whose text could be taken for a secret")

// Make makes the token with the fault.
func (v Variant) Make(d Draft) (string, error) { return v.make(d) }

// Variants are all of them, and the one place to add another.
func Variants() []Variant {
	return []Variant{
		{"expired", "has expired", expired},
		{"not-yet", "is not valid yet", notYet},
		{"bad-signature", "has a signature that does not match", badSignature},
		{"wrong-aud", "is for another audience", claiming("aud", elsewhere)},
		{"wrong-iss", "is from another issuer", claiming("iss", elsewhere)},
		{"alg-none", "is not signed, and says so", unsigned},
		{"unknown-kid", "names a key that there is not", unknownKey},
		{"hs-with-public-key", "is signed with the text of the public key as the secret (CVE-2015-9235)", confused},
		{"no-exp", "never expires, if an exp is demanded", func(d Draft) (string, error) {
			d.Claims = d.Claims.Without("exp")
			return d.sign()
		}},
	}
}

// elsewhere is nobody (RFC 2606 §2).
const elsewhere = "https://wrong.invalid/"

func (d Draft) sign() (string, error) { return Token(d.Algorithm, d.Key, d.Header, d.Claims) }

// with is the draft with one claim set.
func (d Draft) with(name string, value json.RawMessage) Draft {
	if changed, err := d.Claims.With(name, value); err == nil { // the value is sound
		d.Claims = changed
	}
	return d
}

func (d Draft) at(name string, t time.Time) Draft {
	return d.with(name, json.RawMessage(strconv.FormatInt(t.Unix(), 10)))
}

func (d Draft) date(name string) (time.Time, bool) {
	value, found := d.Claims.Get(name)
	t, err := token.NumericDate(value)
	return t, found && err == nil
}

func claiming(name, value string) func(Draft) (string, error) {
	return func(d Draft) (string, error) { return d.with(name, strict.Quote(value)).sign() }
}

// expired is the token as it would be an hour after its end: all its times are moved.
func expired(d Draft) (string, error) {
	end := d.Now.Add(-time.Hour)
	back := 2 * time.Hour
	if exp, found := d.date("exp"); found {
		back = exp.Sub(end)
	}
	for _, name := range []string{"iat", "nbf"} {
		if t, found := d.date(name); found {
			d = d.at(name, t.Add(-back))
		}
	}
	return d.at("exp", end).sign()
}

// notYet begins in an hour. It must not have expired by then.
func notYet(d Draft) (string, error) {
	begin := d.Now.Add(time.Hour)
	if exp, found := d.date("exp"); found && !exp.After(begin) {
		d = d.at("exp", begin.Add(time.Hour))
	}
	return d.at("nbf", begin).sign()
}

func badSignature(d Draft) (string, error) {
	return token.Encode(d.Header.Raw(), d.Claims.Raw(), func(input []byte) ([]byte, error) {
		signature, err := d.Algorithm.Sign(d.Key, input)
		if err != nil {
			return nil, err
		}
		signature = slices.Clone(signature)
		signature[len(signature)/2] ^= 1
		return signature, nil
	})
}

func unsigned(d Draft) (string, error) {
	header, err := d.Header.With("alg", json.RawMessage(`"none"`))
	if err != nil {
		return "", err
	}
	return token.Encode(header.Raw(), d.Claims.Raw(), func([]byte) ([]byte, error) { return nil, nil })
}

func unknownKey(d Draft) (string, error) {
	header, err := d.Header.With("kid", json.RawMessage(`"no-such-key"`))
	if err != nil {
		return "", err
	}
	d.Header = header
	return d.sign()
}

// confused is what a verifier takes that lets the token choose between HMAC and a
// public key, and has that as PEM.
func confused(d Draft) (string, error) {
	if d.Key.Kind() == key.Secret {
		return "", ErrNoVariant
	}
	pem, err := d.Key.PublicOnly().Encode("pem")
	if err != nil {
		return "", err
	}
	header, err := d.Header.With("alg", json.RawMessage(`"HS256"`))
	if err != nil {
		return "", err
	}
	return token.Encode(header.Raw(), d.Claims.Raw(), func(input []byte) ([]byte, error) {
		mac := hmac.New(sha256.New, pem)
		mac.Write(input)
		return mac.Sum(nil), nil
	})
}
