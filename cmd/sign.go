package cmd

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/preset"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/when"
)

type signFlags struct {
	keys          keyFlags
	alg           algorithm
	payload       pairs
	iss, sub, jti text
	aud           list
	exp, nbf, iat instant
	at            instant
	noIat         toggle
	typ           text
	noTyp, noKid  toggle
	header        pairs
	headerJSON    text
	as            presetFlag
	htm, htu, ath text
	variant       choice
	edit          text
	fromJSON      text
}

func (a *app) signCommand() *cobra.Command {
	f := signFlags{as: presetFlag{half: signs}, variant: choice{allowed: variantNames()}}
	c := &cobra.Command{
		Use:     "sign [CLAIMS|-|@FILE]",
		GroupID: groupEveryday,
		Short:   "Make a token",
		Long: `Make a token.

CLAIMS is a JSON object; flags add to it, in their own order, and leave its
other bytes as they are. iat is added unless --no-iat is given. The algorithm is
the key's: HS256 for a secret, RS256 for RSA, what the curve allows for others.

--edit starts from a token instead, --from-json from what "jwt decode -j" gave:
header and claims stay as they are but for what flags set; nothing is added.
--exp none, --no-iat, --no-typ and --no-kid take out what is there.

--variant makes a token with one fault instead, to test that an API refuses it;
"all" makes each, and first the good one, one JSON object a line.

--as makes what a known consumer wants: the algorithm, the header, the claims
and how long they hold, unless they are given. What it would refuse is refused.

Texts are taken as they are: -P name=@file is the text "@file". The operator
decides: name=text, name:=json, name@=file with text, name:@=file with JSON.`,
		Example: `  jwt sign -S env:SECRET -s alice -e 1h
  jwt sign --key private.pem -s alice -a api -e 1h -P role=admin -P level:=3
  jwt sign --key private.pem '{"sub":"alice"}' -e 30m
  jwt sign --as github-app --key app.pem --iss "$CLIENT_ID"
  jwt sign --as dpop --key private.jwk --htm GET --htu "$URL" --ath @access
  jwt sign --key private.pem --edit "$TOKEN" -P role=admin --iat now -e 1h
  jwt sign --key private.jwk --header-json '{"typ":"at+jwt"}' @claims.json`,
	}
	c.RunE = a.verb(func(ctx context.Context, args []string) error { return a.sign(ctx, &f, args) })
	f.keys.bind(c)
	bind(c.Flags(), "alg", &f.alg)
	bind(c.Flags(), "payload", &f.payload)
	bind(c.Flags(), "iss", &f.iss)
	bind(c.Flags(), "sub", &f.sub)
	bind(c.Flags(), "aud", &f.aud)
	bind(c.Flags(), "exp", &f.exp)
	bind(c.Flags(), "nbf", &f.nbf)
	bind(c.Flags(), "iat", &f.iat)
	bind(c.Flags(), "no-iat", &f.noIat)
	bind(c.Flags(), "jti", &f.jti)
	bind(c.Flags(), "at", &f.at)
	bind(c.Flags(), "typ", &f.typ)
	bind(c.Flags(), "no-typ", &f.noTyp)
	bind(c.Flags(), "no-kid", &f.noKid)
	bind(c.Flags(), "header", &f.header)
	bind(c.Flags(), "header-json", &f.headerJSON)
	bind(c.Flags(), "as", &f.as)
	bind(c.Flags(), "htm", &f.htm)
	bind(c.Flags(), "htu", &f.htu)
	bind(c.Flags(), "ath", &f.ath)
	bind(c.Flags(), "variant", &f.variant)
	bind(c.Flags(), "edit", &f.edit)
	bind(c.Flags(), "from-json", &f.fromJSON)
	complete(c, "jti", "auto")
	complete(c, "variant", f.variant.allowed...)
	return c
}

// A signJSON is jwt.sign/v1.
type signJSON struct {
	Schema  string          `json:"schema"`
	OK      bool            `json:"ok"`
	Token   string          `json:"token"`
	Header  json.RawMessage `json:"header"`
	Payload json.RawMessage `json:"payload"`
}

func (a *app) sign(ctx context.Context, f *signFlags, args []string) error {
	if err := f.slips(args); err != nil {
		return err
	}
	source, err := f.keys.open(a)
	if err != nil {
		return err
	}
	set, err := source.Keys(ctx, f.keys.kid.value)
	if err != nil {
		return source.fault(err)
	}
	k, err := signingKey(set, source, &f.keys.kid)
	if err != nil {
		return err
	}
	from, err := a.draft(f, args)
	if err != nil {
		return err
	}
	members, err := a.claims(f, from)
	if err != nil {
		return err
	}
	claims, err := sign.Merge(from.claims, members)
	if err != nil {
		return err
	}
	if f.as.set {
		now, err := a.nowAt(&f.at)
		if err != nil {
			return err
		}
		kind := kindOfToken{f.kind(), k, a.named("--exp")}
		if claims, err = kind.complete(claims); err != nil {
			return err
		}
		if err := kind.check(claims, now); err != nil {
			return err
		}
	}
	if err := sign.Check(claims, from.received); err != nil {
		return err
	}
	header, algorithm, err := a.header(f, from, k)
	if err != nil {
		return err
	}
	made, err := sign.Token(algorithm, k, header, claims)
	if err != nil {
		return source.fault(err)
	}
	if f.as.set {
		if err := a.refusedAsKind(f, k, made); err != nil {
			return err
		}
	}
	if f.variant.value != "" {
		now, err := a.nowAt(&f.at)
		if err != nil {
			return err
		}
		return a.signVariants(f.variant.value, made, sign.Draft{Algorithm: algorithm, Key: k, Header: header, Claims: claims, Now: now}, source.notes)
	}
	ans := answer{
		exit: exitOK, notes: source.notes, made: true,
		json: signJSON{"jwt.sign/v1", true, made, header.Raw(), claims.Raw()},
		text: func(p *ui.Page) { p.Line("%s", made) },
	}
	for _, part := range from.edited {
		ans.notes = append(ans.notes, "the "+part+" was edited: it is signed as it reads now, numbers and spaces too")
	}
	ans.notes = append(ans.notes, a.shelfNotes(f, from, claims)...)
	if kid, named := header.Text("kid"); named && k.HasID && kid != k.ID {
		ans.notes = append(ans.notes, fmt.Sprintf("the header names the key %s; the one that signed is %s (--kid)", strict.Quote(kid), strict.Quote(k.ID)))
	}
	if slices.Contains(k.Weaknesses(), key.ShortRSA) {
		ans.notes = append(ans.notes, fmt.Sprintf("the RSA key has %d bits; RFC 7518 §3.3 asks for 2048", k.Bits()))
	}
	for _, name := range []string{"crit", "zip"} {
		if _, found := header.Get(name); found {
			ans.notes = append(ans.notes, "the header has a "+name+": most verifiers refuse that, this one among them or with a warning")
		}
	}
	if n := len(k.Secret()); n < algorithm.MinSecret() {
		ans.notes = append(ans.notes, fmt.Sprintf("the secret has %d bytes; %s needs %d (RFC 7518 §3.2)", n, algorithm.Name, algorithm.MinSecret()))
	}
	return a.show(ans)
}

// longLife is longer than tokens need to live. Those of Apple's clients live for half a
// year, and nobody's for more.
const longLife = 366 * 24 * time.Hour

// shelfNotes says what is odd about how long a token lives.
func (a *app) shelfNotes(f *signFlags, from draft, claims strict.Object) []string {
	value, expires := claims.Get("exp")
	if kind := f.kind(); !expires && kind != nil && kind.Sign.Expires.IsNone() {
		return nil // its consumer wants it so
	}
	if !expires {
		return []string{"the token never expires: it has no exp (--exp 1h)"}
	}
	now, err := a.nowAt(&f.at)
	at, dateErr := token.NumericDate(value)
	switch {
	case err != nil || dateErr != nil:
		return nil
	case at.Sub(now) > longLife:
		return []string{"the token can be used for long if it gets lost: it expires " + when.Relative(at, now)}
	case at.After(now):
		return nil
	}
	note := "the token has expired already: " + when.Relative(at, now)
	if from.made { // its times came along
		note += " (--iat now --exp 1h)"
	}
	return []string{note}
}

// slips refuses letters in the wrong case that would make a token nobody wanted.
func (f *signFlags) slips(args []string) error {
	if len(args) > 1 {
		return &usageError{"more than one argument: the claims are one JSON object", "quote it: jwt sign '{\"sub\":\"alice\"}'"}
	}
	for flag, value := range map[string]string{"-s": f.sub.value, "-a": strings.Join(f.aud, ",")} {
		if _, ok := alg.Lookup(value); ok {
			return &usageError{fmt.Sprintf("%s %s would make %q a claim", flag, value, value), fmt.Sprintf("the algorithm is -A %s", value)}
		}
	}
	if f.sub.set && !f.keys.secret.set && !f.keys.key.set && !f.keys.jwks.set {
		return &usageError{errNoKeySource.message, "-s is the subject; the secret is -S, a key is --key"}
	}
	switch {
	case f.iat.set && bool(f.noIat):
		return &usageError{"--iat and --no-iat exclude each other", ""}
	case f.typ.set && bool(f.noTyp):
		return &usageError{"--typ and --no-typ exclude each other", ""}
	}
	return nil
}

// signingKey is the one key of a set that can sign.
func signingKey(set key.Set, source *source, kid *text) (key.Key, error) {
	candidates := set.Keys
	if kid.set {
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(k key.Key) bool { return k.HasID && k.ID != kid.value })
	}
	if signers := slices.DeleteFunc(slices.Clone(candidates), func(k key.Key) bool { return !k.CanSign() }); len(signers) > 0 {
		candidates = signers
	}
	switch {
	case len(candidates) == 0 && len(set.Unusable) > 0:
		return key.Key{}, &inputError{source.flag, fmt.Errorf("%s: no key can be used: the first %s", source, set.Unusable[0].Why)}
	case len(candidates) == 0:
		return key.Key{}, &inputError{source.flag, fmt.Errorf("%s: no key has the kid %q", source, kid.value)}
	case len(candidates) > 1:
		return key.Key{}, &usageError{
			fmt.Sprintf("%s: %s has %d keys that could sign", source.flag, source, len(candidates)),
			"choose one with --kid: " + strings.Join(set.IDs(), ", "),
		}
	case !candidates[0].CanSign():
		return key.Key{}, &inputError{source.flag, fmt.Errorf("%s: %w", source, alg.ErrNoPrivate)}
	}
	return candidates[0], nil
}

// claims are the members that the flags set, in the order in which a reader
// expects them.
func (a *app) claims(f *signFlags, from draft) ([]sign.Member, error) {
	var members []sign.Member
	set := func(name string, value json.RawMessage) {
		if !a.yields(f, from.claims, name) {
			members = append(members, sign.Member{Name: name, Value: value})
		}
	}
	for _, one := range []struct {
		name string
		text *text
	}{{"iss", &f.iss}, {"sub", &f.sub}} {
		if one.text.set {
			set(one.name, strict.Quote(one.text.value))
		}
	}
	switch len(f.aud) {
	case 0:
	case 1:
		set("aud", strict.Quote(f.aud[0]))
	default:
		quoted := make([]string, len(f.aud))
		for i, aud := range f.aud {
			quoted[i] = string(strict.Quote(aud))
		}
		set("aud", json.RawMessage("["+strings.Join(quoted, ",")+"]"))
	}
	kindTimes(f, func(name string) bool {
		_, inDraft := from.claims.Get(name)
		return inDraft || slices.ContainsFunc(f.payload, func(p pair) bool { return p.name == name })
	})
	if err := a.timeClaims(f, from, set); err != nil {
		return nil, err
	}
	if f.jti.set {
		id := f.jti.value
		if id == "auto" {
			id = rand.Text()
		}
		set("jti", strict.Quote(id))
	}
	request, err := a.requestClaims(f)
	if err != nil {
		return nil, err
	}
	members = append(members, request...)
	for _, p := range f.payload {
		value, err := a.resolve("payload", p)
		if err != nil {
			return nil, err
		}
		members = append(members, sign.Member{Name: p.name, Value: value})
	}
	return members, nil
}

// yields reports whether a claim that is set elsewhere is given on the command line, in
// CLAIMS or as a pair.
func (a *app) yields(f *signFlags, base strict.Object, name string) bool {
	if _, elsewhere := a.origins[name]; !elsewhere {
		return false
	}
	_, pairsElsewhere := a.origins["payload"]
	_, inBase := base.Get(name)
	inPairs := !pairsElsewhere && slices.ContainsFunc(f.payload, func(p pair) bool { return p.name == name || p.name == "/"+name })
	kind := f.kind()
	refused := kind != nil && slices.Contains(kind.Sign.Forbid, name)
	if inBase || inPairs || refused {
		a.note(a.once([]string{fmt.Sprintf("%s is not used for %s", a.named("--"+name), name)}))
		return true
	}
	return false
}

// timeClaims sets iat, nbf and exp. The latter two count from iat, or from now
// where there is none.
func (a *app) timeClaims(f *signFlags, draft draft, set func(string, json.RawMessage)) error {
	now, err := a.nowAt(&f.at)
	if err != nil {
		return err
	}
	seconds := func(at time.Time) json.RawMessage { return json.RawMessage(strconv.FormatInt(at.Unix(), 10)) }
	from := now
	given, inDraft := draft.claims.Get("iat")
	byPair := slices.ContainsFunc(f.payload, func(p pair) bool { return p.name == "iat" })
	switch {
	case byPair:
	case bool(f.noIat), f.iat.set && f.iat.time.IsNone():
		set("iat", nil)
	case f.iat.set:
		from, _ = f.iat.time.Resolve(now, now)
		set("iat", seconds(from))
	case inDraft:
		if at, err := token.NumericDate(given); err == nil {
			from = at
		}
	case !draft.made:
		set("iat", seconds(now))
	}
	for _, one := range []struct {
		name string
		flag *instant
	}{{"nbf", &f.nbf}, {"exp", &f.exp}} {
		if !one.flag.set {
			continue
		}
		if at, ok := one.flag.time.Resolve(from, now); ok {
			set(one.name, seconds(at))
		} else {
			set(one.name, nil)
		}
	}
	return nil
}

// header is the token's header, and the algorithm it names. A base is the whole
// header: only an alg that is missing is added to it.
func (a *app) header(f *signFlags, from draft, k key.Key) (strict.Object, alg.Algorithm, error) {
	none := func(err error) (strict.Object, alg.Algorithm, error) { return strict.Object{}, alg.Algorithm{}, err }
	base := from.header
	whole := base.Raw() != nil
	named, inBase := base.Text("alg")
	if f.alg.set {
		named = f.alg.value
	}
	kind := f.kind()
	algorithm, err := algorithmOf(kind, k, named)
	if is[*alg.KeyError](err) && !f.alg.set {
		return none(&usageError{"the header's alg does not go with the key: " + err.Error(), "to write another into it: --alg " + strings.Join(slices.Concat(fits(k, "sign"), []string{"ALG"})[:1], "")})
	}
	if err != nil {
		return none(err)
	}
	var members []sign.Member
	set := func(name, value string) {
		members = append(members, sign.Member{Name: name, Value: strict.Quote(value)})
	}
	without := func(name string) { members = append(members, sign.Member{Name: name}) }
	if !inBase || f.alg.set {
		set("alg", algorithm.Name)
	}
	inPairs := func(name string) bool {
		return slices.ContainsFunc(f.header, func(p pair) bool { return p.name == name || p.name == "/"+name })
	}
	_, kidElsewhere := a.origins["kid"]
	switch {
	case inPairs("typ") && !f.typ.set:
	case f.typ.set:
		set("typ", f.typ.value)
	case bool(f.noTyp):
		without("typ")
	case kind != nil && kind.Sign.Type != "":
		set("typ", kind.Sign.Type)
	case !whole && kind == nil:
		set("typ", "JWT")
	}
	switch {
	case inPairs("kid") && (!f.keys.kid.set || kidElsewhere):
	case bool(f.noKid) && f.keys.kid.set && !kidElsewhere:
		return none(&usageError{"--kid and --no-kid exclude each other", ""})
	case bool(f.noKid):
		without("kid")
	case f.keys.kid.set:
		set("kid", f.keys.kid.value)
	case kind != nil && kind.Sign.KeyID == preset.NoID:
	case !whole && k.HasID:
		set("kid", k.ID)
	case kind != nil && kind.Sign.KeyID == preset.OwnID:
		return none(&usageError{fmt.Sprintf("--as %s needs the ID that its consumer has given the key", kind.ID), "give --kid"})
	case !whole && k.Kind() != key.Secret:
		set("kid", k.Thumbprint())
	}
	if kind != nil {
		for _, v := range kind.Sign.Header {
			value := (&kindOfToken{kind, k, ""}).value(v, strict.Object{})
			if value == nil {
				return none(&usageError{fmt.Sprintf("--as %s: a secret has no %s", kind.ID, v.Name), "give a key with --key"})
			}
			members = append(members, sign.Member{Name: v.Name, Value: value})
		}
	}
	for _, p := range f.header {
		value, err := a.resolve("header", p)
		if err != nil {
			return none(err)
		}
		if p.name == "alg" {
			return none(&usageError{"--header alg: the algorithm is named otherwise", "--alg " + p.text})
		}
		members = append(members, sign.Member{Name: p.name, Value: value})
	}
	header, err := sign.Merge(base, members)
	for _, name := range []string{"kid", "typ", "cty"} {
		if value, found := header.Get(name); found && !from.made {
			if _, isText := strict.Text(value); !isText {
				return none(&usageError{fmt.Sprintf("the header's %s must be a string (RFC 7515 §4.1)", name), "--header " + name + "=… makes it one"})
			}
		}
	}
	if value, found := header.Get("b64"); found && string(value) != "true" && !from.made {
		return none(&usageError{"the header has a b64, and the payload of a JWT is always base64url (RFC 7797 §7)", "leave it out"})
	}
	jwk, _ := header.Get("jwk")
	if set, parseErr := key.Parse(jwk); parseErr == nil && slices.ContainsFunc(set.Keys, key.Key.CanSign) {
		return none(&usageError{"the header has a jwk that can sign: the token would give it away", "its public half: jwt key public"})
	}
	return header, algorithm, err
}

// algorithmFor is the algorithm that signs: the one named, or the key's own.
func algorithmFor(k key.Key, name string) (alg.Algorithm, error) {
	if name != "" {
		a, ok := alg.Lookup(name)
		if !ok {
			return alg.Algorithm{}, &usageError{"alg: " + knownAlgorithm(name).Error(), ""}
		}
		return a, a.Fits(k)
	}
	fit := alg.For(k)
	if len(fit) == 0 {
		return alg.Algorithm{}, &usageError{fmt.Sprintf("the key is for %q, which is not an algorithm this tool signs with", k.Alg), ""}
	}
	return fit[0], nil
}
