package cmd

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/preset"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// presetFlag is a flag with a kind of token, of those that have a half for the verb.
type presetFlag struct {
	text
	half   func(preset.Preset) bool
	preset preset.Preset // once it was found
}

func signs(p preset.Preset) bool    { return p.Sign != nil }
func verifies(p preset.Preset) bool { return p.Verify != nil }

// kinds are the names of the presets that have a half.
func kinds(half func(preset.Preset) bool) []string {
	return slices.DeleteFunc(preset.IDs(), func(id string) bool {
		p, err := preset.Lookup(id)
		return err != nil || !half(p)
	})
}

// find reads the preset: one that comes with the program, else one of the user's own,
// in the folder that the config file names.
func (f *presetFlag) find(folder string) error {
	if !f.set {
		return nil
	}
	p, err := preset.Lookup(f.value)
	if errors.Is(err, fs.ErrNotExist) && folder != "" && !strings.ContainsAny(f.value, `/\`) {
		p, err = preset.Load(os.DirFS(folder), f.value)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist) && folder != "" && !isFolder(folder):
		return &inputError{"presets in the config file", fmt.Errorf("%s is no folder that can be read", folder)}
	case err == nil && !f.half(p):
		return &usageError{fmt.Sprintf("--as: %s is not for this: it is one of %s", f.value, strings.Join(append(kinds(f.half), ownKinds(folder)...), ", ")), ""}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
		return &usageError{"--as: " + notOneOf(f.value, append(kinds(f.half), ownKinds(folder)...)).Error(), ""}
	case err != nil:
		return &inputError{"--as", err}
	}
	f.preset = p
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// ownKinds are the names of the user's own presets.
func ownKinds(folder string) []string {
	if folder == "" {
		return nil
	}
	files, _ := fs.Glob(os.DirFS(folder), "*.json") // a folder that is not there has none
	for i, file := range files {
		files[i] = strings.TrimSuffix(file, ".json")
	}
	return files
}

// algorithmOf is the one that signs a token of a kind: the one named, else the first
// of the key's that its consumer takes.
func algorithmOf(kind *preset.Preset, k key.Key, name string) (alg.Algorithm, error) {
	if kind == nil || len(kind.Sign.Algorithms) == 0 {
		return algorithmFor(k, name)
	}
	taken := kind.Sign.Algorithms
	if name != "" {
		if !slices.Contains(taken, name) {
			return alg.Algorithm{}, &usageError{fmt.Sprintf("--as %s: its consumer takes %s, not %s", kind.ID, strings.Join(taken, ", "), name), "leave --alg out, or --as"}
		}
		return algorithmFor(k, name)
	}
	for _, a := range alg.For(k) {
		if slices.Contains(taken, a.Name) {
			return a, nil
		}
	}
	return alg.Algorithm{}, &usageError{fmt.Sprintf("--as %s: its consumer takes %s, which the %s does not make", kind.ID, strings.Join(taken, ", "), k), "give a key for one of these: jwt key new --alg " + taken[0]}
}

// kindTimes are the times that a kind of token has, unless they are given.
func kindTimes(f *signFlags, given func(name string) bool) {
	kind := f.kind()
	if kind == nil {
		return
	}
	for _, one := range []struct {
		name string
		flag *instant
		time preset.Instant
	}{{"iat", &f.iat, kind.Sign.IssuedAt}, {"nbf", &f.nbf, kind.Sign.NotBefore}, {"exp", &f.exp, kind.Sign.Expires}} {
		if !one.flag.set && !one.time.IsNone() && !given(one.name) && (one.name != "iat" || !bool(f.noIat)) {
			one.flag.set, one.flag.time = true, one.time.Time
		}
	}
}

// kind is the preset that was given, nil if none was.
func (f *signFlags) kind() *preset.Preset {
	if !f.as.set {
		return nil
	}
	return &f.as.preset
}

// requestClaims are the claims about the request that a proof is for (RFC 9449 §4.2).
func (a *app) requestClaims(f *signFlags) ([]sign.Member, error) {
	kind := f.kind()
	var members []sign.Member
	for _, one := range []struct {
		name string
		text text
	}{{"htm", f.htm}, {"htu", f.htu}, {"ath", f.ath}} {
		switch {
		case !one.text.set:
			continue
		case kind == nil || !kind.Sign.Request:
			return nil, &usageError{"--" + one.name + " is about a DPoP proof", "to make one: --as dpop"}
		case one.text.value == "":
			return nil, &usageError{"--" + one.name + " is empty", ""}
		}
		value := one.text.value
		if one.name == "htu" { // RFC 9449 §4.2: without query and fragment
			value, _, _ = strings.Cut(value, "#")
			value, _, _ = strings.Cut(value, "?")
		}
		if one.name == "ath" {
			access, err := a.accessToken(value)
			if err != nil {
				return nil, err
			}
			sum := sha256.Sum256([]byte(access))
			value = strict.EncodeBase64URL(sum[:])
		}
		members = append(members, sign.Member{Name: one.name, Value: strict.Quote(value)})
	}
	return members, nil
}

// accessToken reads the access token that a proof goes with.
func (a *app) accessToken(text string) (string, error) {
	v, err := a.read("--ath", text)
	if err != nil {
		return "", err
	}
	access, _ := token.Clean(string(v.data))
	a.secrets.Add([]byte(access))
	return access, nil
}

// complete adds to claims what its kind of token has and nobody gave.
func (kind *kindOfToken) complete(claims strict.Object) (strict.Object, error) {
	var members []sign.Member
	for _, v := range kind.Sign.Claims {
		got, given := claims.Get(v.Name)
		value := kind.value(v, claims)
		switch {
		case value == nil:
		case !given:
			members = append(members, sign.Member{Name: v.Name, Value: value})
		case v.Fixed && !strict.Equal(got, value):
			return claims, &usageError{fmt.Sprintf("--as %s: %s is %s, not %s", kind.ID, v.Name, value, got), "leave one of the two out"}
		}
	}
	return sign.Merge(claims, members)
}

// A kindOfToken is a preset with the key that signs.
type kindOfToken struct {
	*preset.Preset
	key key.Key
	exp string // what gave the token its exp
}

// value is what a claim or a header member is; nil if that is not known.
func (kind *kindOfToken) value(v preset.Value, claims strict.Object) json.RawMessage {
	text := func(value string) json.RawMessage {
		if value == "" {
			return nil
		}
		return strict.Quote(value)
	}
	switch v.From {
	case preset.Random:
		return strict.Quote(uuid())
	case preset.Issuer, preset.Subject:
		value, _ := claims.Get(string(v.From))
		return value
	case preset.Public:
		public, _ := kind.key.PublicJWK() // whose key has none cannot sign such a token
		return public
	case preset.Email:
		return text(kind.key.Account.Email)
	case preset.TokenURI:
		return text(kind.key.Account.TokenURI)
	}
	return v.Value
}

// uuid is a random one (RFC 9562 §5.4): some consumers take no other form.
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// check says what is missing in claims for their kind of token, or what its consumer
// would refuse.
func (kind *kindOfToken) check(claims strict.Object, now time.Time) error {
	has := func(n preset.Need) bool {
		value, found := claims.Get(n.Name)
		if steps, err := strict.Pointer(n.Name); !found && err == nil {
			value, found = claims.At(steps)
		}
		text, isText := strict.Text(value)
		return found && string(value) != "null" && !(isText && text == "")
	}
	missing := slices.DeleteFunc(slices.Clone(kind.Sign.Require), has)
	if len(missing) > 0 {
		return &usageError{fmt.Sprintf("--as %s needs %s", kind.ID, needNames(missing, " and ")), "give " + needFlags(missing)}
	}
	if any := kind.Sign.OneOf; len(any) > 0 && !slices.ContainsFunc(any, has) {
		return &usageError{fmt.Sprintf("--as %s needs %s", kind.ID, needNames(any, " or ")), "give one of " + needFlags(any)}
	}
	for _, name := range kind.Sign.Forbid {
		if _, found := claims.Get(name); found {
			return &usageError{fmt.Sprintf("--as %s: its consumer refuses a token with %s", kind.ID, name), "leave it out"}
		}
	}
	if most := kind.Sign.MaxTTL.Duration; most > 0 {
		from, _ := claims.Get("iat")
		to, found := claims.Get("exp")
		begins, err1 := token.NumericDate(from)
		ends, err2 := token.NumericDate(to)
		if err1 != nil {
			begins, err1 = now, nil
		}
		switch {
		case !found:
			return &usageError{fmt.Sprintf("--as %s needs an exp: its consumer takes tokens for %s at most", kind.ID, short(most)), "without " + kind.exp + " it gets one"}
		case err1 == nil && err2 == nil && ends.Sub(begins) > most:
			return &usageError{fmt.Sprintf("--as %s: its consumer takes tokens for %s at most; this one is for %s", kind.ID, short(most), short(ends.Sub(begins).Round(time.Second))), "without " + kind.exp + " it gets the right one"}
		}
	}
	return nil
}

// short is a duration without the units that say nothing: 10m, not 10m0s.
func short(d time.Duration) string {
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = strings.TrimSuffix(text, zero[1:])
		}
	}
	return text
}

// refusedAsKind says why "jwt verify" with the same preset would refuse a token, if it
// has a half for that: for anything but its times, which may be meant so.
func (a *app) refusedAsKind(f *signFlags, k key.Key, made string) error {
	kind := f.kind()
	if kind.Verify == nil {
		return nil
	}
	now, err := a.nowAt(&f.at)
	if err != nil {
		return err
	}
	t, err := token.Parse(made)
	if err != nil {
		return err
	}
	policy := verify.Policy{Now: now}
	demandKind(&policy, *kind.Verify, false)
	policy.MaxAge = 0
	if kind.Verify.Proof {
		policy.Thumbprint = k.Thumbprint()
	}
	for _, c := range verify.Token(t, key.Set{Keys: []key.Key{k}}, policy).Checks {
		if c.Status == verify.Fail && c.Outcome == verify.ClaimMismatch {
			return &usageError{fmt.Sprintf("--as %s: its consumer refuses such a token: %s: %s", kind.ID, strings.TrimPrefix(c.ID, "require:"), c.Detail), "leave out what makes it so, or --as"}
		}
	}
	return nil
}

func needNames(needs []preset.Need, and string) string {
	var names []string
	for _, n := range needs {
		names = append(names, n.Name)
	}
	return strings.Join(names, and)
}

// needFlags are the flags that give claims.
func needFlags(needs []preset.Need) string {
	var flags []string
	for _, n := range needs {
		flag := "-P " + quoteForShell(cmp.Or(n.Example, n.Name+"=…"))
		if n.Example == "" && slices.Contains([]string{"iss", "sub", "aud", "htm", "htu"}, n.Name) {
			flag = "--" + n.Name
		}
		if !slices.Contains(flags, flag) {
			flags = append(flags, flag)
		}
	}
	return strings.Join(flags, ", ")
}
