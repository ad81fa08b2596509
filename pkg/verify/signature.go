package verify

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// checkHeader: the members that are read are strings (RFC 7515 §4.1).
func checkHeader(j *judgement) {
	for _, name := range []string{"kid", "typ", "cty"} {
		value, found := j.token.Header.Get(name)
		if _, ok := strict.Text(value); found && !ok {
			j.fail(Check{
				ID: "header", Code: "member-type", Want: "a string", Got: string(value),
				Detail: fmt.Sprintf("the header's %q is no string", name), Outcome: Malformed,
			})
		}
	}
}

// checkAlg: the header's "alg" is one that the keys allow (RFC 8725 §3.1). The
// keys decide, never the token; the policy can only narrow.
func checkAlg(j *judgement) {
	name, isText := j.token.Header.Text("alg")
	allowed := j.allowed()
	refuse := func(code, detail string) {
		j.fail(Check{ID: "alg", Code: code, Want: strings.Join(allowed, ", "), Got: name, Detail: detail, Outcome: AlgRefused})
	}
	_, known := alg.Lookup(name)
	switch {
	case !isText:
		refuse("alg-missing", "the header names no algorithm")
	case strings.EqualFold(name, "none"):
		refuse("alg-none", "the token is not signed, and says so")
	case !known:
		refuse("alg-unknown", fmt.Sprintf("%s is not an algorithm this tool knows", strict.Quote(name)))
	case len(j.policy.Algorithms) > 0 && !slices.Contains(j.policy.Algorithms, name):
		refuse("alg-not-allowed", fmt.Sprintf("%s is not among the accepted ones: %s", name, strings.Join(j.policy.Algorithms, ", ")))
	case len(j.keys.Keys) > 0 && !slices.Contains(allowed, name):
		detail := fmt.Sprintf("%s does not fit %s", name, j.describeKeys())
		if len(allowed) > 0 {
			detail += "; allowed are " + strings.Join(allowed, ", ")
		}
		refuse("alg-not-for-key", detail)
	default:
		j.pass("alg", name, "")
	}
}

// allowed are the algorithms that some key of the set may be used with.
func (j *judgement) allowed() []string {
	var list []string
	for _, k := range j.keys.Keys {
		for _, a := range alg.For(k) {
			if !slices.Contains(list, a.Name) && (len(j.policy.Algorithms) == 0 || slices.Contains(j.policy.Algorithms, a.Name)) {
				list = append(list, a.Name)
			}
		}
	}
	return list
}

func (j *judgement) describeKeys() string {
	if len(j.keys.Keys) == 1 {
		k := j.keys.Keys[0]
		if k.Alg != "" {
			return fmt.Sprintf("the %s, which says that it is for %s", k, cut(string(strict.Quote(k.Alg))))
		}
		return "the " + k.String()
	}
	return fmt.Sprintf("any of the %d keys", len(j.keys.Keys))
}

// checkCritical: extensions that must be understood. We understand none, so any
// "crit" is refused (RFC 7515 §4.1.11), and so is a payload that is not encoded
// (RFC 7797 §7: not for JWTs).
func checkCritical(j *judgement) {
	if value, found := j.token.Header.Get("crit"); found {
		j.fail(Check{
			ID: "crit", Code: "crit", Got: string(value), Outcome: AlgRefused,
			Detail: "the header demands extensions that are not understood: " + string(value),
		})
	}
	if value, found := j.token.Header.Get("b64"); found && string(value) != "true" {
		j.fail(Check{
			ID: "b64", Code: "b64", Want: "true", Got: string(value), Outcome: AlgRefused,
			Detail: "the payload is said not to be base64url (RFC 7797), which a JWT's always is",
		})
	}
}

// checkIgnored: members that mean nothing here and might be taken to. Keys that a
// token brings along or points to are never used (RFC 8725bis §3.10).
func checkIgnored(j *judgement) {
	if _, found := j.token.Header.Get("zip"); found {
		j.warn("zip", AlgRefused, "the header has a zip, which means nothing in a signed token; the payload is taken as it is")
	}
	for _, name := range []string{"jku", "jwk", "x5u", "x5c"} {
		if name == "jwk" && j.policy.Thumbprint != "" {
			continue // it was checked
		}
		if _, found := j.token.Header.Get(name); found {
			j.unchecked(name, "the token itself says where its key is; that is never followed")
		}
	}
}

// checkKey finds the keys that may have signed, and tries them.
func checkKey(j *judgement) {
	switch {
	case j.status("alg") != Pass:
		j.unchecked("signature", "its algorithm is refused")
		return
	case j.status("jwk") == Fail:
		j.unchecked("signature", "its key is refused")
		return
	}
	name, _ := j.token.Header.Text("alg")
	algorithm, _ := alg.Lookup(name) // known: the check before saw to it
	kid, hasKID := j.wantedKID()
	if tokenKID, named := j.token.Header.Text("kid"); named && hasKID && tokenKID != kid {
		j.warn("kid-differs", NoKey, "the token names the key %s, not %s", strict.Quote(tokenKID), strict.Quote(kid))
	}

	// Keys without a kid stand in for the one that is named only where the set's
	// author never used any: no token falls back to them.
	named := hasKID && len(j.keys.IDs()) > 0
	j.Trials = make([]Trial, len(j.keys.Keys))
	var fit []int
	for i, k := range j.keys.Keys {
		skipped := misfit(k, algorithm)
		switch {
		case named && !k.HasID:
			skipped = "has no kid, as other keys of the set have"
		case named && k.ID != kid:
			skipped = fmt.Sprintf("has the kid %s", strict.Quote(k.ID))
		}
		j.Trials[i] = Trial{Key: k, Skipped: skipped}
		if skipped == "" {
			fit = append(fit, i)
		}
	}

	switch {
	case len(fit) == 0:
		j.fail(j.noKey(name, kid, hasKID))
		j.unchecked("signature", "no key fits")
		return
	case named && len(fit) > 1:
		j.fail(Check{
			ID: "key", Code: "duplicate-kid", Got: kid, Outcome: NoKey,
			Detail: fmt.Sprintf("%d keys have the kid %s and fit %s; which one is meant cannot be known", len(fit), strict.Quote(kid), name),
		})
		j.unchecked("signature", "it is not known by which key")
		return
	}
	j.trySignature(algorithm, fit)
}

// wantedKID is the key ID to look for: the caller's, else the token's.
func (j *judgement) wantedKID() (string, bool) {
	if j.policy.KeyID != "" {
		return j.policy.KeyID, true
	}
	return j.token.Header.Text("kid")
}

// misfit is why a key cannot have signed: a predicate, empty if it can.
func misfit(k key.Key, a alg.Algorithm) string {
	wrong, _ := errors.AsType[*alg.KeyError](a.Fits(k))
	switch {
	case wrong != nil && wrong.Only == "":
		return fmt.Sprintf("is for %s, not %s", wrong.Got, wrong.Want)
	case wrong != nil:
		return fmt.Sprintf("is for %s only", wrong.Only)
	case k.Use != "" && k.Use != "sig":
		return fmt.Sprintf("has the use %s, not \"sig\"", strict.Quote(k.Use))
	case k.Ops != nil && !slices.Contains(k.Ops, "verify"):
		return fmt.Sprintf("has key_ops %s without \"verify\"", quoted(k.Ops))
	}
	return ""
}

func (j *judgement) noKey(algorithm, kid string, hasKID bool) Check {
	c := Check{ID: "key", Code: "no-key", Outcome: NoKey}
	ids := j.keys.IDs()
	unusable := slices.IndexFunc(j.keys.Unusable, func(u key.Unusable) bool { return hasKID && u.ID == kid && kid != "" })
	switch {
	case unusable >= 0 && !slices.Contains(ids, kid):
		c.Code, c.Got = "unusable-key", kid
		c.Detail = fmt.Sprintf("the key %s cannot be used: it %s", strict.Quote(kid), j.keys.Unusable[unusable].Why)
	case len(j.keys.Keys) == 0:
		c.Detail = "the source has no key that can be used"
	case hasKID && len(ids) > 0 && !slices.Contains(ids, kid):
		c.Code, c.Want, c.Got = "unknown-kid", strings.Join(ids, ", "), kid
		c.Detail = fmt.Sprintf("no key has the kid %s; the set has %s", strict.Quote(kid), quoted(ids))
		if other := j.otherKID(algorithm); other != "" { // said, and still refused
			c.Near = NearKID
			c.Detail += fmt.Sprintf("; the signature is that of %s", strict.Quote(other))
		}
	case len(j.Trials) == 1:
		c.Detail = "the " + j.Trials[0].Key.String() + " " + j.Trials[0].Skipped
	default:
		c.Detail = fmt.Sprintf("none of the %d keys fits %s", len(j.Trials), algorithm)
		for _, t := range j.Trials {
			if hasKID && t.Key.HasID && t.Key.ID == kid {
				c.Detail = fmt.Sprintf("the key %s %s", strict.Quote(kid), t.Skipped)
			}
		}
	}
	return c
}

// otherKID is the kid of the key that did sign, though the token names another.
func (j *judgement) otherKID(algorithm string) string {
	a, _ := alg.Lookup(algorithm)
	for _, k := range j.keys.Keys {
		if misfit(k, a) == "" && a.Verify(k, j.token.SigningInput(), j.token.Signature) == nil {
			return k.ID
		}
	}
	return ""
}

func quoted(list []string) string {
	const most = 10
	var b strings.Builder
	for i, text := range list {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(list)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.Write(strict.Quote(text))
	}
	return b.String()
}

// trySignature tries the keys that fit, in the set's order, until one matches.
func (j *judgement) trySignature(a alg.Algorithm, fit []int) {
	input := j.token.SigningInput()
	for n, i := range fit {
		k := j.keys.Keys[i]
		if a.Verify(k, input, j.token.Signature) != nil {
			continue
		}
		for _, later := range fit[n+1:] {
			j.Trials[later].Skipped = "was not needed"
		}
		j.Trials[i].Matched = true
		j.pass("key", k.ID, "")
		j.pass("signature", a.Name, "")
		j.warnAboutKey(a, k)
		if len(fit) > 1 {
			why := "the token names no key"
			if _, named := j.wantedKID(); named {
				why = "no key of the set has a kid"
			}
			j.warn("key-choice", NoKey, "%s; %d fit, and key %d of the set matched", why, len(fit), k.Index+1)
		}
		return
	}
	j.pass("key", "", "")
	c := Check{ID: "signature", Code: "bad-signature", Outcome: BadSignature, Detail: "does not match: another key signed it, or it was changed since"}
	switch {
	case len(j.token.Signature) == 0:
		c.Code, c.Detail = "no-signature", "is empty: the token is not signed"
	case len(fit) > 1:
		c.Detail = fmt.Sprintf("matches none of the %d keys that fit", len(fit))
	case a.Kind == key.Secret:
		c.Near = nearSecret(a, j.keys.Keys[fit[0]], input, j.token.Signature)
	}
	j.fail(c)
}

// warnAboutKey notes what makes a good signature worth less.
func (j *judgement) warnAboutKey(a alg.Algorithm, k key.Key) {
	if got, want := len(k.Secret()), a.MinSecret(); got < want {
		j.warn("short-secret", NoKey, "the secret has %d bytes; %s needs %d (RFC 7518 §3.2)", got, a.Name, want)
	}
	for _, w := range k.Weaknesses() {
		switch w {
		case key.ShortRSA:
			j.warn(string(w), NoKey, "the RSA key has %d bits; RFC 7518 §3.3 asks for 2048", k.Bits())
		case key.ROCA:
			j.warn(string(w), NoKey, "the RSA key was made by a broken generator and can be factored (CVE-2017-15361)")
		case key.UnreadableX5C:
			j.warn(string(w), NoKey, "the x5c of the key's JWK has no certificates that can be read")
		case key.OtherX5C:
			j.warn(string(w), NoKey, "the x5c of the key's JWK has the certificate of another key (RFC 7517 §4.7)")
		}
	}
	if k.Private() != nil {
		j.warn("private-key", NoKey, "the key is a private one; the public half is enough to verify")
	}
}

// NearKID is the near miss, by [Check].Near, of a token that another key of the set
// has signed than the one it names.
const NearKID = "other-kid"

// Near misses of a secret, by [Check].Near.
const (
	NearWithoutNewline = "secret-without-newline"
	NearWithNewline    = "secret-with-newline"
	NearBase64         = "secret-base64"
	NearBase64URL      = "secret-base64url"
	NearHex            = "secret-hex"
)

// nearSecret is which other reading of the secret would have matched: the most
// common reason why two programs disagree about one.
func nearSecret(a alg.Algorithm, k key.Key, input, signature []byte) string {
	text := string(k.Secret())
	trimmed := strings.TrimRight(text, "\r\n")
	decode := func(decoded []byte, err error) string {
		if err != nil {
			return ""
		}
		return string(decoded)
	}
	unpadded := strings.TrimRight(trimmed, "=")
	for _, reading := range []struct{ near, secret string }{
		{NearWithoutNewline, trimmed},
		{NearWithNewline, text + "\n"},
		{NearBase64, decode(base64.RawStdEncoding.DecodeString(unpadded))},
		{NearBase64URL, decode(base64.RawURLEncoding.DecodeString(unpadded))},
		{NearHex, decode(hex.DecodeString(trimmed))},
	} {
		other, err := key.NewSecret([]byte(reading.secret))
		if err == nil && reading.secret != text && a.Verify(other, input, signature) == nil {
			return reading.near
		}
	}
	return ""
}
