package cmd

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/keysource"
	"github.com/jwt-toolkit/jwt/pkg/preset"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

type verifyFlags struct {
	keys          keyFlags
	as            presetFlag
	htm, htu, ath text
	algorithms    algorithms
	iss, sub, typ text
	aud           list
	require       names
	claims        pairs
	scopes        scopes
	unless        pairs
	leeway        span
	maxAge        span
	minTTL        span
	at            instant
	ignoreExp     toggle
	strict        toggle
	rawPayload    toggle
	certRoots     text
	reports       reports
}

func (a *app) verifyCommand() *cobra.Command {
	f := verifyFlags{as: presetFlag{half: verifies}, reports: reports{allowed: reportForms[:1], about: "token"}}
	c := &cobra.Command{
		Use:     "verify [TOKEN|-|@FILE]...",
		GroupID: groupEveryday,
		Short:   "Check a token's signature, times and claims",
		Long: `Check a token's signature, times and claims.

The key decides which algorithms are accepted; --alg narrows that. Every check
runs and is reported, whatever fails, and so is what was not checked. The exit
code names the worst failure; 11 and 12 mean that only the time is wrong.

--as demands what a kind of token has to be like, so that none of another kind
is taken for it. --alg, --typ and --leeway win over what the kind says; all else
that is demanded adds to it. --as dpop takes the key that the proof brings
along, if it has the thumbprint --jkt; --htm, --htu and --ath name the request.
It takes a proof for 5 minutes, unless --max-age says otherwise.

Keys that are fetched over https are kept for as long as their server says, a
day at most, in $XDG_CACHE_HOME/jwt or ~/.cache/jwt. A key that is not among
them is asked for once again.

Without an argument, or with -, tokens are read from standard input, one a line.`,
		Example: `  jwt verify -S env:SECRET "$TOKEN"
  jwt verify --key public.pem --iss https://id.example.com/ --aud api "$TOKEN"
  jwt verify --jwks https://id.example.com/jwks.json --aud api < token
  jwt verify --issuer-url https://id.example.com/ --aud api "$TOKEN"
  jwt verify --as access-token --jwks jwks.json --aud api "$TOKEN"
  jwt verify --as dpop --jkt "$JKT" --htm GET --htu "$URL" "$PROOF"
  jwt verify --key public.pem --claim role=admin --claim /a/level:=3 "$TOKEN"
  jwt verify --key public.pem --scope orders:read --scope orders:write "$TOKEN"`,
	}
	c.RunE = a.verb(func(ctx context.Context, args []string) error {
		if len(args) == 0 && a.Terminal.In {
			return a.shortHelp(c, "no token")
		}
		policy, err := a.policy(&f)
		if err != nil {
			return err
		}
		source, err := f.keys.open(a)
		if err != nil {
			return err
		}
		return a.reporting(ctx, &f.reports, func() error {
			return a.eachToken(ctx, c, args, a.verifier(ctx, source, policy, f.as.preset))
		})
	})
	f.keys.bind(c)
	f.keys.bindPublished(c)
	bind(c.Flags(), "as", &f.as)
	bind(c.Flags(), "jkt", &f.keys.thumbprint)
	bind(c.Flags(), "htm", &f.htm)
	bind(c.Flags(), "htu", &f.htu)
	bind(c.Flags(), "ath", &f.ath)
	bind(c.Flags(), "alg", &f.algorithms)
	bind(c.Flags(), "iss", &f.iss)
	bind(c.Flags(), "sub", &f.sub)
	bind(c.Flags(), "aud", &f.aud)
	bind(c.Flags(), "typ", &f.typ)
	bind(c.Flags(), "require", &f.require)
	bind(c.Flags(), "claim", &f.claims)
	bind(c.Flags(), "scope", &f.scopes)
	bind(c.Flags(), "unless", &f.unless)
	bind(c.Flags(), "leeway", &f.leeway)
	bind(c.Flags(), "max-age", &f.maxAge)
	bind(c.Flags(), "min-ttl", &f.minTTL)
	bind(c.Flags(), "cert-roots", &f.certRoots)
	bind(c.Flags(), "at", &f.at)
	bind(c.Flags(), "ignore-exp", &f.ignoreExp)
	bind(c.Flags(), "strict", &f.strict)
	bind(c.Flags(), "raw-payload", &f.rawPayload)
	bind(c.Flags(), "report", &f.reports)
	return c
}

// policy is what the flags demand.
func (a *app) policy(f *verifyFlags) (verify.Policy, error) {
	now, err := a.nowAt(&f.at)
	if err != nil {
		return verify.Policy{}, err
	}
	p := verify.Policy{
		Algorithms: f.algorithms.list, KeyID: f.keys.kid.value,
		Issuer: f.iss.value, Subject: f.sub.value, Audience: f.aud, Type: f.typ.value,
		Require: f.require, Scopes: f.scopes, Now: now,
		Leeway: f.leeway.length, MaxAge: f.maxAge.length, MinTTL: f.minTTL.length,
		IgnoreExp: bool(f.ignoreExp), Strict: bool(f.strict), RawPayload: bool(f.rawPayload),
	}
	// An expectation that came out empty, as from an unset variable, must not
	// become no expectation.
	for name, flag := range map[string]text{"iss": f.iss, "sub": f.sub, "typ": f.typ, "kid": f.keys.kid} {
		if flag.set && flag.value == "" {
			return p, &usageError{a.named("--"+name) + " is empty", "leave it out to expect nothing"}
		}
	}
	if f.certRoots.set {
		if p.Roots, err = a.certificates("--cert-roots", f.certRoots.value); err != nil {
			return p, err
		}
	}
	if issuer := f.keys.issuer; issuer.set {
		// Keys speak for their issuer alone (RFC 8725 §3.8).
		if f.iss.set && f.iss.value != issuer.value {
			return p, &usageError{fmt.Sprintf("%s and %s name two issuers", a.named("--issuer-url"), a.named("--iss")), "leave --iss out: --issuer-url implies it"}
		}
		p.Issuer = issuer.value
	}
	if slices.Contains(f.aud, "") {
		return p, &usageError{a.named("--aud") + " is empty", "leave it out to expect nothing"}
	}
	switch {
	case f.maxAge.set && f.maxAge.length == 0:
		return p, &usageError{a.named("--max-age") + " is 0, which no token can meet", "leave it out to take one of any age"}
	case f.minTTL.set && bool(f.ignoreExp):
		return p, &usageError{"--min-ttl and --ignore-exp contradict each other", "give one of them"}
	}
	if p.RawPayload {
		for flag, given := range map[string]bool{
			"iss": f.iss.set, "sub": f.sub.set, "aud": len(f.aud) > 0, "require": len(f.require) > 0, "claim": len(f.claims) > 0,
			"scope": len(f.scopes) > 0, "max-age": f.maxAge.set, "min-ttl": f.minTTL.set, "issuer-url": f.keys.issuer.set,
		} {
			if given {
				return p, &usageError{"--" + flag + " and --raw-payload contradict each other", "of a payload that is not read, nothing can be demanded"}
			}
		}
	}
	if f.as.set {
		if p.RawPayload {
			return p, &usageError{"--as and --raw-payload contradict each other", "what kind of token it is, its claims say"}
		}
		if _, elsewhere := a.origins["alg"]; elsewhere && len(f.as.preset.Verify.Algorithms) > 0 {
			// What is set elsewhere narrows what the kind takes; a flag wins over it.
			taken := f.as.preset.Verify.Algorithms
			if p.Algorithms = slices.DeleteFunc(slices.Clone(p.Algorithms), func(name string) bool { return !slices.Contains(taken, name) }); len(p.Algorithms) == 0 {
				return p, &usageError{fmt.Sprintf("%s has no algorithm that --as %s takes: %s", a.named("--alg"), f.as.value, strings.Join(taken, ", ")), "--alg wins over both"}
			}
		}
		demandKind(&p, *f.as.preset.Verify, f.leeway.set)
	}
	if err := a.demandProof(&p, f); err != nil {
		return p, err
	}
	if len(f.unless) > 0 && len(f.claims)+len(f.scopes) == 0 {
		return p, &usageError{"--unless has nothing to override", "it overrides --claim and --scope, and nothing else"}
	}
	claims, err := a.demands("claim", f.claims)
	if err != nil {
		return p, err
	}
	p.Claims = append(p.Claims, claims...)
	p.Unless, err = a.demands("unless", f.unless)
	return p, err
}

// demandKind adds to a policy what makes a token one of a kind. What the policy
// says of algorithms and typ wins, and so does a leeway that was given; claims add
// up.
func demandKind(p *verify.Policy, kind preset.Verify, leewayGiven bool) {
	if len(p.Algorithms) == 0 {
		p.Algorithms = kind.Algorithms
	}
	if p.Type == "" {
		p.Type, p.Untyped = kind.Type, kind.Untyped
	}
	if p.MaxAge == 0 {
		p.MaxAge = kind.MaxAge.Duration
	}
	if !leewayGiven { // one of 0 is given, too
		p.Leeway = kind.Leeway.Duration
	}
	require := slices.Clone(kind.Require)
	for _, name := range p.Require {
		if !slices.Contains(require, name) {
			require = append(require, name)
		}
	}
	p.Require, p.OneOf, p.Forbid, p.Party = require, kind.OneOf, kind.Forbid, kind.Party
	for _, c := range kind.Claims { // which --unless does not make up for: it would be another kind
		p.Claims = append(p.Claims, verify.Claim{Name: c.Name, Value: c.Value, Whole: true, Firm: true})
	}
}

// demandProof adds to a policy the key that a proof has to bring along, and the
// request that it has to be for.
func (a *app) demandProof(p *verify.Policy, f *verifyFlags) error {
	proof := f.as.set && f.as.preset.Verify.Proof
	for _, flag := range []struct {
		name string
		text text
	}{{"jkt", f.keys.thumbprint}, {"htm", f.htm}, {"htu", f.htu}, {"ath", f.ath}} {
		switch {
		case flag.text.set && !proof:
			return &usageError{"--" + flag.name + " is about a DPoP proof", "to take the token for one: --as dpop"}
		case flag.text.set && flag.text.value == "":
			return &usageError{"--" + flag.name + " is empty", "leave it out to expect nothing"}
		}
	}
	if !proof {
		return nil
	}
	for _, row := range f.keys.rows() {
		if row.text.set && row.kind != keysource.Token {
			return &usageError{fmt.Sprintf("--as %s and %s contradict each other: a proof brings its key along", f.as.value, a.named(row.flag)), "--jkt says which key it must be"}
		}
	}
	jkt := f.keys.thumbprint
	if !jkt.set {
		return &usageError{fmt.Sprintf("--as %s needs --jkt: anybody can make a proof with a key of his own", f.as.value),
			"the thumbprint is in the access token, at /cnf/jkt; jwt key show prints that of a key"}
	}
	if sum, err := strict.Base64URL(jkt.value); err != nil || len(sum) != sha256.Size {
		return &usageError{"--jkt is no thumbprint: one has 43 characters (RFC 7638, SHA-256)", "jwt key show prints that of a key"}
	}
	p.Thumbprint, p.Method, p.URI = jkt.value, f.htm.value, f.htu.value
	if f.htu.set {
		if u, err := url.Parse(p.URI); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
			return &usageError{"--htu is no http or https URL", "https://api.example.com/path"}
		}
	}
	if !f.ath.set {
		return nil
	}
	var err error
	if p.AccessToken, err = a.accessToken(f.ath.value); err != nil {
		return err
	}
	if t, err := token.Parse(p.AccessToken); err == nil {
		bound, _ := t.Claims.At([]string{"cnf", "jkt"})
		if key, ok := strict.Text(bound); ok && key != p.Thumbprint {
			return &usageError{"--ath and --jkt contradict each other: the access token is bound to the key " + key, "the proof must be made with that one"}
		}
	}
	return nil
}

// demands are the claims that a flag names.
func (a *app) demands(flag string, pairs pairs) ([]verify.Claim, error) {
	var list []verify.Claim
	for _, pair := range pairs {
		value, err := a.resolve(flag, pair)
		if err != nil {
			return nil, err
		}
		list = append(list, verify.Claim{Name: pair.name, Value: value, Whole: pair.whole()})
	}
	return list, nil
}

// A verifyJSON is jwt.verify/v1.
type verifyJSON struct {
	Schema     string             `json:"schema"`
	Place      string             `json:"place,omitempty"` // of several tokens: "line 3"
	OK         bool               `json:"ok"`
	Outcome    verify.Outcome     `json:"outcome"`
	Verified   bool               `json:"verified"`     // whether the signature is good
	At         string             `json:"at"`           // the time that was taken for now
	As         string             `json:"as,omitempty"` // the kind of token that was demanded
	Token      *tokenJSON         `json:"token"`        // null if it cannot be read
	Key        *keyJSON           `json:"key"`          // null if none matched
	Checks     []verify.Check     `json:"checks"`
	NotChecked []verify.Unchecked `json:"not_checked"`
	Warnings   []verify.Warning   `json:"warnings"`
}

type keyJSON struct {
	Source     string `json:"source"`
	Cached     string `json:"cached,omitempty"` // when it was fetched, if it was in the cache
	KID        string `json:"kid,omitempty"`
	Thumbprint string `json:"thumbprint,omitempty"`
	Type       string `json:"type"`
}

// verifier judges tokens against the keys of one source.
func (a *app) verifier(ctx context.Context, source *source, policy verify.Policy, as preset.Preset) func(givenToken) answer {
	parse := token.Parse
	if policy.RawPayload {
		parse = token.ParseRaw
	}
	return func(given givenToken) answer {
		t, err := parse(given.text)
		var result verify.Result
		var set key.Set
		if err != nil {
			result = verify.Unreadable(err.(*token.ParseError)) //nolint:errorlint // Parse's only error
		} else {
			kid, _ := t.Header.Text("kid")
			if set, err = source.Keys(ctx, cmp.Or(policy.KeyID, kid)); err != nil {
				return answer{err: source.fault(err), notes: slices.Concat(a.once(source.found()), given.notes), place: given.place}
			}
			result = verify.Token(t, set, policy)
		}
		return a.verifyAnswer(given, t, set, source, policy, as, result)
	}
}

func (a *app) verifyAnswer(given givenToken, t *token.Token, set key.Set, source *source, policy verify.Policy, as preset.Preset, result verify.Result) answer {
	outcome := result.Outcome()
	out := verifyJSON{
		Schema: "jwt.verify/v1", Place: given.place, OK: outcome == verify.Valid, Outcome: outcome, Verified: result.Verified(),
		At: policy.Now.UTC().Format(time.RFC3339), As: as.ID,
		Checks: orEmpty(result.Checks), NotChecked: orEmpty(result.NotChecked), Warnings: orEmpty(result.Warnings),
	}
	if t != nil {
		own := tokenAsJSON(t)
		out.Token = &own
	}
	if k, ok := result.Key(); ok {
		out.Key = &keyJSON{Source: source.String(), KID: k.ID, Thumbprint: k.Thumbprint(), Type: k.String()}
		if cached := source.Facts().Cached; !cached.IsZero() {
			out.Key.Cached = cached.UTC().Format(time.RFC3339)
		}
	}
	return answer{
		exit:     exitOf(outcome),
		json:     out,
		notes:    slices.Concat(a.once(source.notes), a.once(source.found()), a.once(publishedSecrets(source, set)), given.notes),
		hints:    a.verifyHints(given, source, policy, as, result),
		usual:    usualHints(source, result),
		place:    given.place,
		findings: func() []finding { return a.verifyFindings(result, source) },
		text: func(p *ui.Page) {
			mark, words := verdict(result)
			p.Verdict(mark, "%s", given.named(words))
			if as.ID != "" {
				p.Line("as %s: %s", as.ID, as.Name)
			}
			a.verifyFacts(p, result, source, set)
		},
	}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// verdicts words each outcome.
var verdicts = map[verify.Outcome]string{
	verify.Malformed:     "not readable",
	verify.AlgRefused:    "not valid: the algorithm is refused",
	verify.BadSignature:  "not valid: the signature does not match",
	verify.NoKey:         "not valid: no key fits",
	verify.ClaimMismatch: "not valid: not what was expected",
	verify.NotYetValid:   "not valid yet",
	verify.Expired:       "not valid: expired",
}

// verdict is the outcome in words.
func verdict(result verify.Result) (ui.Mark, string) {
	outcome := result.Outcome()
	words, ok := verdicts[outcome]
	switch {
	case outcome == verify.Valid:
		return ui.Good, "valid"
	case outcome == verify.AlgRefused && !slices.ContainsFunc(result.Checks, func(c verify.Check) bool { return c.ID == "alg" && c.Status == verify.Fail }):
		return ui.Bad, "not valid: the header demands what is not understood"
	case outcome == verify.Expired && !slices.ContainsFunc(result.Checks, isExpired):
		return ui.Bad, "not valid for long enough"
	case ok:
		return ui.Bad, words
	}
	return ui.Unsure, "not judged"
}

func isExpired(c verify.Check) bool { return c.ID == "exp" && c.Status == verify.Fail }

func (a *app) verifyFacts(p *ui.Page, result verify.Result, source *source, set key.Set) {
	said := false
	for _, c := range result.Checks {
		if c.ID == "alg" && c.Status == verify.Pass || c.ID == "key" && c.Status == verify.Pass {
			continue // the line about the signature says both
		}
		if !said && !result.Verified() && isClaim(c.ID) {
			said = true
			p.Line("the claims, which nobody vouches for:")
		}
		switch c.Status {
		case verify.Pass:
			detail := cmp.Or(c.Detail, c.Got)
			if c.ID == "signature" {
				detail = a.signedBy(result, source, c.Got)
			}
			p.Fact(c.ID, ui.Good, "ok", detail)
		case verify.Fail:
			p.Fact(c.ID, ui.Bad, failedWord(c), c.Detail)
		default:
			p.Fact(c.ID, ui.Unsure, "not run", c.Detail)
		}
	}
	for _, w := range result.Warnings {
		p.Fact(w.ID, ui.Unsure, "warning", w.Detail)
	}
	for _, n := range result.NotChecked {
		p.Fact(n.ID, ui.Unsure, "not checked", n.Why)
	}
	if !a.globals.verbose {
		return
	}
	p.Line("keys of %s:", source)
	for _, trial := range result.Trials {
		status, mark := "tried", ui.Unsure
		switch {
		case trial.Matched:
			status, mark = "matched", ui.Good
		case trial.Skipped != "":
			status = "skipped"
		}
		p.Fact(keyName(trial.Key), mark, status, strings.TrimSpace(trial.Key.String()+" "+trial.Skipped))
	}
	for _, u := range set.Unusable {
		p.Fact(fmt.Sprintf("key %d", u.Index+1), ui.Bad, "unusable", u.Why)
	}
}

// verifyFindings are the failures and the warnings, or that there is none.
func (a *app) verifyFindings(result verify.Result, source *source) []finding {
	var list []finding
	say := func(l ui.Level, text string) { list = append(list, finding{l, text}) }
	for _, c := range result.Checks {
		if c.Status != verify.Pass {
			say(ui.Error, fmt.Sprintf("%s %s: %s", c.ID, failedWord(c), c.Detail))
		}
		if c.ID == "signature" && result.Outcome() == verify.Valid {
			say(ui.Notice, "valid: "+a.signedBy(result, source, c.Got))
		}
	}
	if _, words := verdict(result); len(list) == 0 {
		say(ui.Error, words)
	}
	for _, w := range result.Warnings {
		say(ui.Warning, w.ID+": "+w.Detail)
	}
	return list
}

func failedWord(c verify.Check) string {
	switch {
	case c.ID == "min-ttl": // which need not have come to pass
		return "too soon"
	case c.Outcome == verify.Expired:
		return "expired"
	case c.Outcome == verify.NotYetValid:
		return "too early"
	}
	return "failed"
}

// isClaim reports whether a check is about what the payload says.
func isClaim(id string) bool {
	switch id {
	case "format", "header", "jwk", "alg", "crit", "b64", "key", "signature", "certificate", "typ":
		return false
	}
	return true
}

func keyName(k key.Key) string {
	if k.HasID {
		return k.ID
	}
	return fmt.Sprintf("key %d", k.Index+1)
}

func (a *app) signedBy(result verify.Result, source *source, algorithm string) string {
	k, _ := result.Key()
	text := algorithm
	if k.HasID {
		text += ", kid " + cmp.Or(k.ID, `""`)
	}
	what := k.String()
	if k.Kind() == key.Secret {
		what = fmt.Sprintf("secret of %d bytes", len(k.Secret()))
	}
	text = fmt.Sprintf("%s, %s from %s", text, what, source)
	if age := source.age(); age != "" {
		text += ", cached " + age
	}
	return text
}

// publishedSecrets warns of what no JWK Set behind a URL must hold.
func publishedSecrets(source *source, set key.Set) []string {
	var notes []string
	for _, k := range set.Keys {
		if k.Leaked {
			notes = append(notes, fmt.Sprintf("%s publishes the private part of %s: whoever reads it can sign", source, keyName(k)))
		}
	}
	return notes
}

var _ keysource.Source = (*source)(nil)
