package verify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// checkType: the header's "typ", compared as RFC 7515 §4.1.9 says: a media type
// in any case, "application/" left out or not. "JWT" is what RFC 7519 §5.1
// recommends for a token of any kind, so it says no more than no typ at all.
func checkType(j *judgement) {
	want := j.policy.Type
	if want == "" && !j.policy.Untyped {
		return
	}
	if want == "" {
		want = "JWT"
	}
	got, found := j.token.Header.Text("typ")
	c := Check{ID: "typ", Code: "wrong-typ", Want: want, Got: got, Outcome: ClaimMismatch}
	switch {
	case !found && j.policy.Untyped:
		j.pass("typ", "", "the header has none, and need not")
		return
	case !found:
		c.Code, c.Detail = "missing", fmt.Sprintf("the header has no typ; %s is expected", strict.Quote(want))
	case mediaType(got) == mediaType(want), j.policy.Untyped && mediaType(got) == mediaType("JWT"):
		j.pass("typ", got, "")
		return
	default:
		c.Detail = fmt.Sprintf("%s is expected; the token says %s", strict.Quote(want), strict.Quote(got))
	}
	j.fail(c)
}

func mediaType(typ string) string {
	if typ = lower(typ); !strings.Contains(typ, "/") {
		return "application/" + typ
	}
	return typ
}

// lower is a text in lower case, in ASCII alone: the Kelvin sign is no k.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, text)
}

func checkIssuer(j *judgement)  { j.checkText("iss", "issuer", j.policy.Issuer) }
func checkSubject(j *judgement) { j.checkText("sub", "subject", j.policy.Subject) }
func checkID(j *judgement)      { j.checkText("jti", "ID", "") }

// checkText: a claim that must be exactly one text (RFC 7519 §4.1.1, §4.1.2).
func (j *judgement) checkText(id, noun, want string) {
	value, found := j.claim(id)
	got, isText := strict.Text(value)
	c := Check{ID: id, Want: want, Got: show(value), Outcome: ClaimMismatch}
	switch {
	case j.policy.RawPayload && want == "":
	case found && !isText:
		c.Code, c.Detail = "claim-type", fmt.Sprintf("must be a string; the token has %s", shown(value))
		j.fail(c)
	case want == "" && found && id != "sub" && id != "jti": // which are seldom fixed
		j.unchecked(id, "no %s was expected; the token says %s", noun, strict.Quote(got))
	case want == "":
	case !found:
		c.Code, c.Detail = "missing", fmt.Sprintf("%s is expected; the token has none", strict.Quote(want))
		j.fail(c)
	case got != want:
		c.Code, c.Near = "wrong-"+id, near(want, got)
		c.Detail = fmt.Sprintf("%s is expected; the token says %s", strict.Quote(want), strict.Quote(got))
		j.fail(c)
	default:
		j.pass(id, got, "")
	}
}

// checkAudience: the token is meant for one of the expected ones (RFC 7519
// §4.1.3).
func checkAudience(j *judgement) {
	want := j.policy.Audience
	value, found := j.claim("aud")
	got, isTexts := strict.Texts(value)
	c := Check{ID: "aud", Want: strings.Join(want, ", "), Got: show(value), Outcome: ClaimMismatch}
	switch {
	case j.policy.RawPayload && len(want) == 0:
	case found && !isTexts:
		c.Code, c.Detail = "claim-type", fmt.Sprintf("must be a string or an array of strings; the token has %s", shown(value))
		j.fail(c)
	case len(want) == 0 && found && j.policy.Strict:
		c.Code, c.Detail = "aud-not-expected", fmt.Sprintf("the token is for %s, and nobody said that this is us", quoted(got))
		j.fail(c)
	case len(want) == 0 && found:
		j.unchecked("aud", "no audience was expected; the token says %s", quoted(got))
	case len(want) == 0:
	case !found:
		c.Code, c.Detail = "missing", fmt.Sprintf("%s is expected; the token has none", anyOf(want))
		j.fail(c)
	case !slices.ContainsFunc(got, func(one string) bool { return slices.Contains(want, one) }):
		c.Code, c.Detail = "wrong-aud", fmt.Sprintf("%s is expected; the token says %s", anyOf(want), quoted(got))
		for _, w := range want {
			for _, g := range got {
				if c.Near == "" {
					c.Near = near(w, g)
				}
			}
		}
		j.fail(c)
	default:
		j.pass("aud", show(value), "")
	}
}

// checkParty: a token for several audiences says which of them it was issued to,
// and that is us (OpenID Connect Core 1.0 §3.1.3.7, errata set 1, rules 4 and 5;
// errata set 2 leaves azp to extensions). With one audience azp decides nothing:
// Google's names another client there.
func checkParty(j *judgement) {
	if !j.policy.Party {
		return
	}
	audience, _ := j.claim("aud")
	value, found := j.claim("azp")
	got, isText := strict.Text(value)
	want := j.policy.Audience
	c := Check{ID: "azp", Want: strings.Join(want, ", "), Got: show(value), Outcome: ClaimMismatch}
	switch aud, _ := strict.Texts(audience); {
	case j.policy.RawPayload:
		c.Code, c.Detail = "missing", notRead
		j.fail(c)
	case found && !isText:
		c.Code, c.Detail = "claim-type", fmt.Sprintf("must be a string; the token has %s", shown(value))
		j.fail(c)
	case len(aud) < 2:
		if found && !slices.Contains(aud, got) {
			j.unchecked("azp", "of one audience it decides nothing; the token says %s", strict.Quote(got))
		}
	case !found:
		c.Code, c.Detail = "missing", fmt.Sprintf("the token is for %s, and does not say which of them it was issued to", quoted(aud))
		j.fail(c)
	case len(want) > 0 && !slices.Contains(want, got):
		c.Code, c.Detail = "wrong-azp", fmt.Sprintf("%s is expected; the token says %s", anyOf(want), strict.Quote(got))
		j.fail(c)
	default:
		j.pass("azp", got, "")
	}
}

func anyOf(want []string) string {
	if len(want) == 1 {
		return quoted(want)
	}
	return "one of " + quoted(want)
}

func checkRequired(j *judgement) {
	for _, name := range j.policy.Require {
		c := Check{ID: "require:" + name, Want: name, Outcome: ClaimMismatch}
		value, found := j.claim(name)
		_, isText := strict.Text(value)
		switch {
		case !found:
			c.Code, c.Detail = "missing", "the token does not have it"
			j.fail(c)
		case string(value) == "null":
			c.Code, c.Got, c.Detail = "missing", "null", "the token has it as null, which says nothing"
			j.fail(c)
		case slices.Contains(textClaims, name) && !isText:
			c.Code, c.Got, c.Detail = "claim-type", string(value), "must be a string; the token has "+shown(value)
			j.fail(c)
		default:
			j.pass(c.ID, "", "")
		}
	}
}

// textClaims are claims that are strings wherever a kind of token must have them:
// in RFC 8693 §4.3, and OpenID Connect Front-Channel Logout 1.0 §3. In other tokens
// they may be anything.
var textClaims = []string{"client_id", "sid"}

// checkOneOf: at least one of the claims is there.
func checkOneOf(j *judgement) {
	names := j.policy.OneOf
	if len(names) == 0 {
		return
	}
	id := "require:" + strings.Join(names, "|")
	for _, name := range names {
		value, _ := j.claim(name)
		if _, isText := strict.Text(value); isText || value != nil && string(value) != "null" && !slices.Contains(textClaims, name) {
			j.pass(id, "", "it has "+name)
			return
		}
	}
	j.fail(Check{
		ID: id, Code: "missing", Want: strings.Join(names, ", "),
		Detail: "the token has none of them", Outcome: ClaimMismatch,
	})
}

// notRead is why a claim that must be known is not, under RawPayload.
const notRead = "nobody knows: the payload was not read as claims"

// checkForbidden: claims that tokens of the expected kind do not have, so that
// none of another kind is taken for one (RFC 8725 §3.12).
func checkForbidden(j *judgement) {
	for _, name := range j.policy.Forbid {
		value, found := j.claim(name)
		c := Check{ID: "forbid:" + name, Code: "forbidden", Got: show(value), Outcome: ClaimMismatch}
		switch {
		case j.policy.RawPayload:
			c.Detail = notRead
			j.fail(c)
		case found:
			c.Detail = "the token must not have it, and says " + show(value)
			j.fail(c)
		default:
			j.pass(c.ID, "", "the token does not have it")
		}
	}
}

// checkClaims: each claim that is demanded, unless another makes up for it.
func checkClaims(j *judgement) {
	instead, excused := j.excuse()
	for _, want := range j.policy.Claims {
		id := "claim:" + want.Name
		if excused && !want.Firm {
			j.unchecked(id, "%s", instead)
			continue
		}
		got, found := j.claim(want.Name)
		if steps, err := strict.Pointer(want.Name); err == nil && want.Firm { // whose author knows what it is
			got, found = j.token.Claims.At(steps)
		}
		c := Check{ID: id, Want: show(want.Value), Got: show(got), Outcome: ClaimMismatch}
		switch {
		case !found:
			c.Code, c.Detail = "missing", fmt.Sprintf("%s is expected; the token has none", show(want.Value))
			j.fail(c)
		case !want.holds(got):
			c.Code, c.Detail = "wrong-claim", fmt.Sprintf("%s is expected; the token says %s", show(want.Value), show(got))
			if text, isText := strict.Text(want.Value); isText && !want.Whole && text == string(got) {
				c.Near, c.Detail = NearJSON, fmt.Sprintf("the text %s is expected; the token has %s, which is no text", strict.Quote(text), show(got))
			}
			j.fail(c)
		default:
			j.pass(id, show(got), "")
		}
	}
}

// excuse is why claims and scopes are not asked for, if the token has one of the
// claims that override them. Nothing else is ever excused, and no claim that is Firm.
func (j *judgement) excuse() (why string, ok bool) {
	for _, c := range j.policy.Unless {
		if got, found := j.claim(c.Name); found && c.holds(got) {
			return fmt.Sprintf("the claim %s overrides it; the token says %s", c.Name, show(got)), true
		}
	}
	return "", false
}

func (c Claim) holds(got json.RawMessage) bool {
	if !c.Whole {
		elements, isArray := strict.Elements(got)
		return strict.Equal(got, c.Value) ||
			isArray && slices.ContainsFunc(elements, func(e json.RawMessage) bool { return strict.Equal(e, c.Value) })
	}
	part, err := strict.ParseObject(c.Value)
	if err == nil {
		whole, err := strict.ParseObject(got)
		return err == nil && strict.Contains(whole, part)
	}
	return strict.Equal(got, c.Value)
}

// scopeClaims is where issuers write what a token permits, and the one place to
// add another.
var scopeClaims = []struct {
	name string
	read func(json.RawMessage) []string
}{
	{"scope", spaced}, // RFC 8693 §4.2, RFC 9068 §2.2.3; with some issuers an array
	{"scp", spaced},   // Entra ID has a text, Okta an array
	{"permissions", func(value json.RawMessage) []string { // Auth0 has an array
		elements, _ := strict.Texts(value)
		return elements
	}},
}

// spaced are the scopes of a text, between single spaces (RFC 6749 §3.3), or the
// elements of an array of texts.
func spaced(value json.RawMessage) []string {
	if text, ok := strict.Text(value); ok {
		return strings.Split(text, " ")
	}
	elements, _ := strict.Texts(value)
	return elements
}

// checkScopes: each scope that is demanded is in one of the claims that have them.
func checkScopes(j *judgement) {
	instead, excused := j.excuse()
	for _, want := range j.policy.Scopes {
		if excused {
			j.unchecked("scope:"+want, "%s", instead)
			continue
		}
		j.checkScope(want)
	}
}

func (j *judgement) checkScope(want string) {
	c := Check{ID: "scope:" + want, Code: "wrong-scope", Want: want, Outcome: ClaimMismatch}
	var got []string
	for _, row := range scopeClaims {
		value, found := j.claim(row.name)
		if !found {
			continue
		}
		scopes := row.read(value)
		if slices.Contains(scopes, want) {
			j.pass(c.ID, show(value), "in "+row.name)
			return
		}
		got = append(got, show(value))
		for _, scope := range scopes {
			c.Near = cmp.Or(c.Near, near(want, scope))
		}
		if object, err := strict.ParseObject(value); err == nil && row.name == "scope" {
			if _, found := object.Get(want); found {
				c.Near = NearMember
			}
		}
	}
	c.Got = strings.Join(got, ", ")
	c.Detail = fmt.Sprintf("%s is expected; the token says %s", strict.Quote(want), c.Got)
	if len(got) == 0 {
		c.Detail = fmt.Sprintf("%s is expected; the token has no scope, scp or permissions", strict.Quote(want))
	}
	j.fail(c)
}

// claim is the value of the claim with this very name, or at this JSON Pointer.
func (j *judgement) claim(name string) (json.RawMessage, bool) {
	if j.policy.RawPayload { // which may look like claims and mean something else
		return nil, false
	}
	if value, found := j.token.Claims.Get(name); found {
		return value, true
	}
	steps, err := strict.Pointer(name)
	if err != nil {
		return nil, false
	}
	return j.token.Claims.At(steps)
}

// Near misses of a text, by [Check].Near.
const (
	NearSlash = "trailing-slash"
	NearCase  = "case"
	NearSpace = "white-space"
	NearJSON  = "json" // the same as a text and as a JSON value of another type

	NearMember = "member" // a scope that is a member of an object, as with Flask_PyJWT
)

// near is what keeps two texts apart, if it is something nobody sees at a glance.
func near(want, got string) string {
	switch {
	case want == got:
		return ""
	case strings.TrimSuffix(want, "/") == strings.TrimSuffix(got, "/"):
		return NearSlash
	case strings.TrimSpace(want) == strings.TrimSpace(got):
		return NearSpace
	case strings.EqualFold(want, got):
		return NearCase
	}
	return ""
}
