package key

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// MaxSetKeys is how many keys a set may hold. Large issuers publish a dozen.
const MaxSetKeys = 1000

func isJWK(data []byte) bool {
	object, err := strict.ParseObject(data)
	if err != nil && len(object.Raw()) == 0 {
		// Not JSON, or not to its end: a set cut short is still no secret.
		return bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) && bytes.Contains(data, []byte(`"kty"`))
	}
	_, isKey := object.Get("kty")
	_, isSet := object.Get("keys")
	return isKey || isSet
}

func parseJWK(data []byte, _ *password) (Set, error) { return parseJWKAs(data, false) }

// parseJWKAs reads a JWK or JWK Set. Of one that is published, private members are
// not looked at.
func parseJWKAs(data []byte, published bool) (Set, error) {
	object, err := strict.ParseObject(data)
	if len(object.Raw()) == 0 {
		return Set{}, err
	}
	members := 0
	for _, m := range object.Members() {
		if m.Name == "keys" {
			members++
		}
	}
	if members == 0 {
		if err != nil {
			return Set{}, err
		}
		k, err := readJWK(object, published)
		if err != nil {
			return Set{}, err
		}
		return Set{Keys: []Key{k}}, nil
	}
	if members > 1 {
		return Set{}, err // the duplicate is "keys" itself
	}
	return parseSet(object, published)
}

// parseSet reads a JWK Set (RFC 7517 §5). Each key is judged by itself.
func parseSet(object strict.Object, published bool) (Set, error) {
	value, _ := object.Get("keys")
	entries, ok := strict.Elements(value)
	if !ok {
		return Set{}, &UnusableError{What: "JWK Set", Why: `has a member "keys" that is no array`}
	}
	if len(entries) > MaxSetKeys {
		return Set{}, &UnusableError{What: "JWK Set", Why: fmt.Sprintf("has %d keys; more than %d are refused", len(entries), MaxSetKeys)}
	}
	var set Set
	for i, entry := range entries {
		jwk, err := strict.ParseObject(entry)
		id, _ := jwk.Text("kid")
		var k Key
		if err == nil {
			k, err = readJWK(jwk, published)
		}
		if err != nil {
			set.Unusable = append(set.Unusable, Unusable{Index: i, ID: id, Why: predicate(err)})
			continue
		}
		k.Index = i
		set.Keys = append(set.Keys, k)
	}
	return set, nil
}

func predicate(err error) string {
	if u, ok := err.(*UnusableError); ok { //nolint:errorlint // made a few lines up, never wrapped
		return u.Why
	}
	return err.Error()
}

// A keyType says which members of a JWK hold numbers of which length, and which
// of them are private. Whatever else a JWK holds is not handed on.
type keyType struct {
	kty      string
	by, name string // the member that tells types of one kty apart, and what it says
	public   []member
	private  []member
	derived  []string // private as well, and not believed: computed again from the others
}

// secret is the first private member that a JWK has, "" if it has none.
func (t keyType) secret(jwk strict.Object) string {
	var names []string
	for _, m := range t.private {
		names = append(names, m.name)
	}
	for _, name := range append(names, t.derived...) {
		if _, found := jwk.Get(name); found {
			return name
		}
	}
	return ""
}

type member struct {
	name   string
	length int // in bytes, exactly; 0: up to the longest RSA number
	most   int // in bytes; 0: the same
}

// keyTypes is every type of JWK that is read (RFC 7518 §6, RFC 8037 §2, RFC 8812
// §3.1, RFC 9964), and the one place to add another.
var keyTypes = []keyType{
	{kty: "oct", public: nil, private: []member{{name: "k"}}},
	{
		// "e" is an int of 31 bits to crypto/rsa.
		kty: "RSA", public: []member{{name: "n"}, {name: "e", most: 4}},
		private: []member{{name: "d"}, {name: "p"}, {name: "q"}},
		derived: []string{"dp", "dq", "qi", "oth"},
	},
	{kty: "EC", by: "crv", name: "P-256", public: []member{{name: "x", length: 32}, {name: "y", length: 32}}, private: []member{{name: "d", length: 32}}},
	{kty: "EC", by: "crv", name: "P-384", public: []member{{name: "x", length: 48}, {name: "y", length: 48}}, private: []member{{name: "d", length: 48}}},
	{kty: "EC", by: "crv", name: "P-521", public: []member{{name: "x", length: 66}, {name: "y", length: 66}}, private: []member{{name: "d", length: 66}}},
	{kty: "EC", by: "crv", name: "secp256k1", public: []member{{name: "x", length: 32}, {name: "y", length: 32}}, private: []member{{name: "d", length: 32}}},
	{kty: "OKP", by: "crv", name: "Ed25519", public: []member{{name: "x", length: 32}}, private: []member{{name: "d", length: 32}}},
	{kty: "AKP", by: "alg", name: "ML-DSA-44", public: []member{{name: "pub", length: 1312}}, private: []member{{name: "priv", length: 32}}},
	{kty: "AKP", by: "alg", name: "ML-DSA-65", public: []member{{name: "pub", length: 1952}}, private: []member{{name: "priv", length: 32}}},
	{kty: "AKP", by: "alg", name: "ML-DSA-87", public: []member{{name: "pub", length: 2592}}, private: []member{{name: "priv", length: 32}}},
}

func readJWK(jwk strict.Object, published bool) (Key, error) {
	unusable := func(format string, args ...any) (Key, error) {
		return Key{}, &UnusableError{What: "JWK", Why: fmt.Sprintf(format, args...)}
	}
	texts := map[string]string{}
	for _, name := range []string{"kty", "crv", "kid", "alg", "use"} {
		if _, ok := jwk.Get(name); ok {
			text, ok := jwk.Text(name)
			if !ok {
				return unusable("has a member %q that is no string", name)
			}
			texts[name] = text
		}
	}
	row := slices.IndexFunc(keyTypes, func(t keyType) bool { return t.kty == texts["kty"] })
	if row < 0 {
		return unusable("has kty %s, which is not supported", strict.Quote(texts["kty"]))
	}
	by := keyTypes[row].by // the same for all types of a kty
	if row = slices.IndexFunc(keyTypes, func(t keyType) bool { return t.kty == texts["kty"] && t.name == texts[by] }); row < 0 {
		return unusable("has %s %s, which is not supported", by, strict.Quote(texts[by]))
	}
	k, err := keyTypes[row].read(jwk, published)
	if err != nil {
		return Key{}, err
	}
	k.ID, k.Alg, k.Use = texts["kid"], texts["alg"], texts["use"]
	_, k.HasID = jwk.Get("kid")
	k.Leaked = published && k.kind != Secret && keyTypes[row].secret(jwk) != ""
	if value, ok := jwk.Get("key_ops"); ok {
		if k.Ops, ok = strict.Texts(value); !ok || value[0] != '[' {
			return unusable(`has a member "key_ops" that is no array of strings`)
		}
		if len(k.Ops) != len(slices.Compact(slices.Sorted(slices.Values(k.Ops)))) {
			return unusable(`has the same operation twice in "key_ops"`)
		}
	}
	k.readX5C(jwk)
	return k, nil
}

// read makes the key out of the JWK's numbers.
func (t keyType) read(jwk strict.Object, published bool) (Key, error) {
	members, private, err := t.members(jwk, published)
	if err != nil {
		return Key{}, err
	}
	if t.kty == "oct" {
		secret, err := strict.Base64URL(members["k"])
		if err != nil {
			return Key{}, err
		}
		k, err := NewSecret(secret)
		if public, ok := errors.AsType[*NotSecretError](err); ok {
			return Key{}, &UnusableError{What: "JWK", Why: "holds " + public.What + " as its secret"}
		}
		k.Form = "JWK"
		return k, err
	}
	raw, err := t.raw(members)
	if err != nil {
		return Key{}, err
	}
	if !private {
		return newPublic(raw, "JWK")
	}
	if r, ok := raw.(*rsa.PrivateKey); ok { // without the numbers that were not believed
		if err := cmp.Or(checkRSA(&r.PublicKey), checkNumbers(r.N, r.D, r.Primes[0], r.Primes[1], true)); err != nil {
			return Key{}, &UnusableError{What: "JWK", Why: err.Error()}
		}
		again := &rsa.PrivateKey{PublicKey: r.PublicKey, D: r.D, Primes: r.Primes}
		again.Precompute()
		raw = again
	}
	signer, ok := raw.(crypto.Signer)
	if !ok {
		return Key{}, &UnusableError{What: "JWK", Why: "cannot sign"}
	}
	return newPrivate(signer, "JWK")
}

// raw makes a key of one of the types that packages crypto and this one have.
func (t keyType) raw(members map[string]string) (any, error) {
	f, ok := foreignKind(Kind(t.name))
	if !ok {
		members["kty"] = t.kty
		if t.by != "" {
			members[t.by] = t.name
		}
		minimal, err := json.Marshal(members)
		if err != nil {
			return nil, err
		}
		return importJWK(minimal)
	}
	numbers := func(list []member) (joined []byte) {
		for _, m := range list {
			number, _ := strict.Base64URL(members[m.name]) // checked before; none where there is no private one
			joined = append(joined, number...)
		}
		return joined
	}
	raw, err := f.key(numbers(t.public), numbers(t.private))
	if err != nil {
		return nil, &UnusableError{What: "JWK", Why: err.Error()}
	}
	return raw, nil
}

// members are the key's own numbers, still encoded, after a check of each: of
// its encoding, and of its length where the type fixes one. It is what makes
// the library behind importJWK safe to call: that panics on an Ed25519 "x" of
// another length, and takes an empty "k" or text after the value.
func (t keyType) members(jwk strict.Object, published bool) (members map[string]string, private bool, err error) {
	leaked := t.secret(jwk)
	private = leaked != "" && !(published && len(t.public) > 0)
	wanted := t.public
	if private || len(t.public) == 0 {
		wanted = append(slices.Clone(t.public), t.private...)
	}
	members = map[string]string{}
	for _, m := range wanted {
		value, found := jwk.Get(m.name)
		why := ""
		text, isText := strict.Text(value)
		number, err := strict.Base64URL(text)
		switch {
		case !found && private && m.name == t.private[0].name && leaked != m.name:
			why = fmt.Sprintf("has the private member %q, but no %q", leaked, m.name)
		case !found && private && slices.Contains(t.private, m):
			why = fmt.Sprintf("has no member %q: a private key without all of its numbers is not read", m.name)
		case !found:
			why = fmt.Sprintf("has no member %q", m.name)
		case !isText:
			why = fmt.Sprintf("has a member %q that is no string", m.name)
		case err != nil:
			why = fmt.Sprintf("has a member %q that %s", m.name, err)
		case len(number) == 0:
			why = fmt.Sprintf("has an empty member %q", m.name)
		case m.length > 0 && len(number) != m.length:
			why = fmt.Sprintf("has a member %q of %d bytes instead of %d", m.name, len(number), m.length)
		case m.length == 0 && len(number) > cmp.Or(m.most, maxRSABits/8+1): // and a leading zero, as some writers put
			why = fmt.Sprintf("has a member %q of %d bytes, which is too long", m.name, len(number))
		default:
			members[m.name] = text
			continue
		}
		return nil, false, &UnusableError{What: "JWK", Why: why}
	}
	return members, private, nil
}

var _ json.Marshaler = Key{}

// MarshalJSON refuses: a key is written on purpose, in a format, or not at all.
func (k Key) MarshalJSON() ([]byte, error) { return json.Marshal(k.String()) }
