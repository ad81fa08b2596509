package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/when"
)

type decodeFlags struct {
	part   choice
	claim  text
	date   zone
	ttl    span
	at     instant
	redact toggle
}

func (a *app) decodeCommand() *cobra.Command {
	f := decodeFlags{part: choice{allowed: []string{"header", "payload", "signature"}}}
	c := &cobra.Command{
		Use:     "decode [TOKEN|-|@FILE]...",
		GroupID: groupEveryday,
		Short:   "Show what is in a token; check nothing",
		Long: `Show what is in a token; check nothing.

Any token is shown, whatever its algorithm, signed or not. Nothing is checked
and nothing is fetched: what a token says of itself proves nothing.

With --redact the output is no token any more, to be shown to others: taken out
are the signature, of the payload all texts but iss and aud, and of the header
those that do not say which kind of token it is. Names of claims, numbers, true
and false stay, so look whether one of them is about a person.

Without an argument, or with -, tokens are read from standard input, one a line.
"Bearer", quotes and white space around a token are taken off.`,
		Example: `  jwt decode "$TOKEN"
  pbpaste | jwt decode
  jwt decode --claim exp "$TOKEN"
  jwt decode -q --min-ttl 5m "$TOKEN" || TOKEN=$(get-another)
  jwt decode --redact "$TOKEN"
  jwt decode -j @tokens.txt | jq -r .token.payload.sub`,
	}
	c.RunE = a.verb(func(ctx context.Context, args []string) error {
		if f.part.value != "" && f.claim.set {
			return &usageError{"--part and --claim each ask for one thing", "give one of them"}
		}
		if bool(f.redact) && (f.part.value != "" || f.claim.set) {
			return &usageError{"--redact takes out what --part and --claim ask for", "give one of them"}
		}
		now, err := a.nowAt(&f.at)
		if err != nil {
			return err
		}
		return a.eachToken(ctx, c, args, func(given givenToken) answer { return a.decode(given, &f, now) })
	})
	bind(c.Flags(), "part", &f.part)
	bind(c.Flags(), "claim", &f.claim)
	bind(c.Flags(), "date", &f.date)
	bind(c.Flags(), "min-ttl", &f.ttl)
	bind(c.Flags(), "at", &f.at)
	bind(c.Flags(), "redact", &f.redact)
	complete(c, "part", f.part.allowed...)
	complete(c, "date", "utc", "local")
	return c
}

// A decodeJSON is jwt.decode/v1.
type decodeJSON struct {
	Schema   string        `json:"schema"`
	Place    string        `json:"place,omitempty"` // of several tokens: "line 3"
	Verified bool          `json:"verified"`        // never true
	Form     string        `json:"form"`            // JWS, JWE or SD-JWT
	Token    tokenJSON     `json:"token"`
	Times    []timeJSON    `json:"times"`
	Problems []problemJSON `json:"problems"`
}

// A tokenJSON is a token's own text: member order, numbers and duplicates are as
// received, and raw has the exact segments.
type tokenJSON struct {
	Header  json.RawMessage `json:"header"`
	Payload json.RawMessage `json:"payload"` // null if it is no JSON object
	Raw     rawJSON         `json:"raw"`
}

type rawJSON struct {
	Header    string `json:"header"`
	Payload   string `json:"payload"`
	Signature string `json:"signature"`
}

type timeJSON struct {
	Claim string `json:"claim"`
	Time  string `json:"time"` // RFC 3339
	When  string `json:"when"` // for people
}

type problemJSON struct {
	Part   token.Part    `json:"part"`
	Reason strict.Reason `json:"reason"`
	Detail string        `json:"detail"`
}

func tokenAsJSON(t *token.Token) tokenJSON {
	var raw rawJSON
	raw.Header, raw.Payload, raw.Signature = t.Segments()
	return tokenJSON{orNull(t.Header), orNull(t.Claims), raw}
}

const redacted = "<redacted>"

// Members of header and payload whose values stay when the others are taken out:
// they say what kind of token it is, and whom it is from and for, but not about
// whom. A kid is not one of them: it may name a person, as in did:key.
var (
	openHeader  = []string{"alg", "enc", "zip", "typ", "cty", "crit"}
	openPayload = []string{"iss", "aud"}
)

// redact makes a token that can be shown to others, and that nobody can use.
func (t tokenJSON) redact() tokenJSON {
	return tokenJSON{redact(t.Header, openHeader), redact(t.Payload, openPayload), rawJSON{redacted, redacted, redacted}}
}

// redact takes every text out of a JSON value but for the members that are open,
// where these are a text or a list of texts. Structure, names and numbers stay.
func redact(value json.RawMessage, open []string) json.RawMessage {
	var list [][]byte
	value = bytes.TrimLeft(value, " \t\r\n") // a token's own text may start with it
	switch value[0] {
	case '"':
		return strict.Quote(redacted)
	case '[':
		elements, _ := strict.Elements(value)
		for _, e := range elements {
			list = append(list, redact(e, nil))
		}
		return slices.Concat([]byte("["), bytes.Join(list, []byte(",")), []byte("]"))
	case '{':
		object, _ := strict.ParseObject(value) // complete, even with a name that stands twice
		for _, m := range object.Members() {
			if _, isText := strict.Texts(m.Value); !isText || !slices.Contains(open, m.Name) {
				m.Value = redact(m.Value, nil)
			}
			list = append(list, slices.Concat(strict.Quote(m.Name), []byte(":"), m.Value))
		}
		return slices.Concat([]byte("{"), bytes.Join(list, []byte(",")), []byte("}"))
	}
	return value
}

func orNull(o strict.Object) json.RawMessage {
	if len(o.Raw()) == 0 {
		return json.RawMessage("null")
	}
	return o.Raw()
}

func (a *app) decode(given givenToken, f *decodeFlags, now time.Time) answer {
	t, problems := token.Inspect(given.text)
	if t == nil {
		return answer{err: given.wrong(&misgivenError{&token.ParseError{Problem: problems[0]}, given}), notes: given.notes}
	}
	ans := answer{exit: exitOK, notes: given.notes, place: given.place}
	if unreadable(t, problems) {
		ans.exit = exitInput
	}
	var untimely []token.Problem
	if f.ttl.set {
		untimely = shelfLife(t, problems, f.ttl.length, now)
		for _, problem := range untimely {
			ans.exit = ans.exit.and(untimelyExits[problem.Reason])
		}
	}
	if encrypted := slices.IndexFunc(problems, func(p token.Problem) bool { return p.Reason == token.Encrypted }); encrypted >= 0 && (f.claim.set || f.part.value == "payload") {
		return answer{err: given.wrong(&token.ParseError{Problem: problems[encrypted]}), notes: given.notes}
	}
	switch {
	case f.part.value != "":
		ans.bare = part(t, f.part.value)
		ans.json = string(ans.bare)
		if f.part.value != "signature" && json.Valid(ans.bare) {
			ans.json = json.RawMessage(ans.bare)
		}
		if given.place != "" { // one of several
			ans.bare = append(slices.Clone(ans.bare), '\n')
		}
		return ans
	case f.claim.set:
		for _, problem := range problems {
			if problem.Part == token.Payload { // of a name that stands twice, which one?
				return answer{err: given.wrong(&token.ParseError{Problem: problem}), notes: given.notes}
			}
		}
		return a.decodeClaim(given, t, f.claim.value, ans)
	}

	problems = slices.Concat(problems, unsigned(t), untimely)
	times := times(t, now)
	shown := tokenAsJSON(t)
	if f.redact {
		shown = shown.redact()
	}
	ans.json = decodeJSON{
		Schema: "jwt.decode/v1", Place: given.place, Form: form(problems), Token: shown,
		Times: times, Problems: problemsAsJSON(problems),
	}
	name, _ := t.Header.Text("alg")
	headline := strings.TrimSpace(name + " " + form(problems) + ", not verified")
	ans.findings = func() []finding {
		list := []finding{{ui.Notice, headline}}
		level := ui.Warning
		if ans.exit != exitOK {
			level = ui.Error
		}
		for _, problem := range problems {
			list = append(list, finding{level, fmt.Sprintf("the %s %s", problem.Part, problem.Detail)})
		}
		return list
	}
	ans.text = func(p *ui.Page) {
		p.Verdict(ui.Unsure, "%s", given.named(headline))
		p.Block("header", ui.Indent(shown.Header, ""))
		if len(t.Claims.Raw()) > 0 {
			p.Block("payload", ui.Indent(shown.Payload, ""))
		}
		for _, one := range times {
			p.Fact(one.Claim, ui.Unsure, f.date.format(one.at()), one.When)
		}
		for _, problem := range problems {
			p.Fact(string(problem.Part), ui.Bad, "problem", problem.Detail)
		}
	}
	return ans
}

// unreadable reports whether a part of the token could not be shown, other than
// the payload of an encrypted one.
func unreadable(t *token.Token, problems []token.Problem) bool {
	return len(t.Claims.Raw()) == 0 && form(problems) != "JWE"
}

// unsigned is what is wrong with a token that can be read and proves nothing.
func unsigned(t *token.Token) []token.Problem {
	name, _ := t.Header.Text("alg")
	_, known := alg.Lookup(name)
	_, encrypted := t.Header.Get("enc")
	_, _, signature := t.Segments()
	var problems []token.Problem
	if strings.EqualFold(name, "none") {
		problems = append(problems, token.Problem{Part: token.Header, Reason: "alg-none", Detail: "has the alg none: anybody can make this token"})
	} else if !known && !encrypted {
		problems = append(problems, token.Problem{Part: token.Header, Reason: "alg-unknown", Detail: "has an alg that is not known, or none at all"})
	}
	if signature == "" && strings.Count(t.String(), ".") == 2 {
		problems = append(problems, token.Problem{Part: token.Signature, Reason: token.NoSignature, Detail: "is empty"})
	}
	for _, member := range [...][2]string{
		{"zip", "has a zip, which means nothing in a signed token"},
		{"crit", "demands extensions (crit) that are not understood: a verifier must refuse it"},
		{"b64", "has a b64, which no JWT may have (RFC 7797 §7)"},
	} {
		if _, found := t.Header.Get(member[0]); found && !encrypted { // a JWE may have them
			problems = append(problems, token.Problem{Part: token.Header, Reason: strict.Reason(member[0]), Detail: member[1]})
		}
	}
	if kid, found := t.Header.Get("kid"); found {
		if _, isText := strict.Text(kid); !isText {
			problems = append(problems, token.Problem{Part: token.Header, Reason: "member-type", Detail: "has a kid that is no string"})
		}
	}
	for _, name := range []string{"jku", "jwk", "x5u", "x5c"} {
		if _, found := t.Header.Get(name); found {
			problems = append(problems, token.Problem{Part: token.Header, Reason: "own-key", Detail: "says itself where its key is (" + name + "); nothing was fetched"})
		}
	}
	for _, name := range dates {
		value, found := t.Claims.Get(name)
		if _, err := token.NumericDate(value); found && err != nil {
			problems = append(problems, token.Problem{Part: token.Payload, Reason: "claim-type", Detail: "has an " + name + " that " + err.Error()})
		}
	}
	return problems
}

// untimelyExits is what the token's own words come to, by their reason.
var untimelyExits = map[strict.Reason]exitCode{
	"expired": exitExpired, "min-ttl": exitExpired, "not-yet-valid": exitNotYet, "no-time": exitInput,
}

// shelfLife is what a token itself says against using it now and for a time to
// come. One without exp says that it never expires.
func shelfLife(t *token.Token, problems []token.Problem, ttl time.Duration, now time.Time) []token.Problem {
	var against []token.Problem
	say := func(reason strict.Reason, format string, args ...any) {
		against = append(against, token.Problem{Part: token.Payload, Reason: reason, Detail: fmt.Sprintf(format, args...)})
	}
	isPayload := func(p token.Problem) bool { return p.Part == token.Payload }
	if len(t.Claims.Raw()) == 0 || slices.ContainsFunc(problems, isPayload) { // of two dates, which one?
		say("no-time", "does not say clearly when the token is valid")
		return against
	}
	date := func(name string) (at time.Time, said string, ok bool) {
		value, found := t.Claims.Get(name)
		if !found {
			return at, "", false
		}
		at, err := token.NumericDate(value)
		if err != nil {
			say("no-time", "does not say when the token is valid: its %s %s", name, err)
			return at, "", false
		}
		return at, when.Format(at) + ", " + when.Relative(at, now), true
	}
	if begins, said, ok := date("nbf"); ok && begins.After(now) {
		say("not-yet-valid", "is not valid yet: %s", said)
	}
	expires, said, ok := date("exp")
	switch end := now.Add(ttl); {
	case !ok:
	case !expires.After(now): // RFC 7519 §4.1.4: on or after
		say("expired", "has expired: %s", said)
	case expires.Before(end):
		say("min-ttl", "expires too soon: %s; no earlier than %s is wanted", said, when.Format(end.Truncate(time.Second)))
	}
	return against
}

// dates are the claims that are shown as dates: those of RFC 7519 §4.1, and OpenID
// Connect's auth_time.
var dates = []string{"iat", "nbf", "auth_time", "exp"}

func form(problems []token.Problem) string {
	for _, p := range problems {
		switch p.Reason {
		case token.Encrypted:
			return "JWE"
		case token.SDJWT:
			return "SD-JWT"
		}
	}
	return "JWS"
}

func problemsAsJSON(problems []token.Problem) []problemJSON {
	list := make([]problemJSON, len(problems))
	for i, p := range problems {
		list[i] = problemJSON(p)
	}
	return list
}

// part is a part's exact bytes: header and payload decoded, the signature as it
// stands in the token.
func part(t *token.Token, name string) []byte {
	switch name {
	case "header":
		return t.Header.Raw()
	case "payload":
		return t.Payload
	}
	_, _, signature := t.Segments()
	return []byte(signature)
}

// decodeClaim prints one claim: a string bare, anything else as JSON.
func (a *app) decodeClaim(given givenToken, t *token.Token, name string, ans answer) answer {
	value, found := t.Claims.Get(name)
	if steps, err := strict.Pointer(name); !found && err == nil {
		value, found = t.Claims.At(steps)
	}
	if !found {
		var names []string
		for _, m := range t.Claims.Members() {
			names = append(names, m.Name)
		}
		return answer{err: given.wrong(&claimError{name, names}), notes: ans.notes}
	}
	if a.Terminal.Err { // for a person; a script knows what it asked for
		ans.notes = append(ans.notes, a.once([]string{"nothing was checked: this is what somebody wrote"})...)
	}
	ans.json = value
	ans.bare = append(slices.Clone(value), '\n')
	if text, ok := strict.Text(value); ok {
		ans.bare = []byte(text + "\n")
	}
	return ans
}

// A claimError says that a token has no such claim.
type claimError struct {
	name  string
	there []string
}

func (e *claimError) Error() string { return fmt.Sprintf("the token has no claim %q", e.name) }

// at is the instant that Time was made from.
func (t timeJSON) at() time.Time {
	at, _ := time.Parse(time.RFC3339, t.Time)
	return at
}

// times are the claims that are dates, as a person would say them.
func times(t *token.Token, now time.Time) []timeJSON {
	list := []timeJSON{}
	for _, name := range dates {
		value, found := t.Claims.Get(name)
		if !found {
			continue
		}
		if at, err := token.NumericDate(value); err == nil {
			list = append(list, timeJSON{name, at.Format(time.RFC3339), when.Relative(at, now)})
		}
	}
	return list
}

// zone is a flag with a time zone.
type zone struct {
	text
	location *time.Location
}

func (z *zone) Set(value string) error {
	switch strings.ToLower(value) {
	case "utc":
		z.location = time.UTC
	case "local":
		z.location = time.Local
	default:
		at, err := time.Parse("-07:00", value)
		if err != nil {
			return fmt.Errorf("%q is not utc, local or an offset such as +02:00", value)
		}
		z.location = at.Location()
	}
	return z.text.Set(value)
}

func (z *zone) format(at time.Time) string {
	if z.location == nil || z.location == time.UTC {
		return when.Format(at)
	}
	return at.In(z.location).Format("2006-01-02 15:04:05 -07:00")
}
