package diagnose

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// Names of the experiments, as package probe records them.
const (
	noHeader      = "no-header"
	junkToken     = "junk-token"
	otherScheme   = "other-scheme"
	twoTokens     = "two-tokens"
	realToken     = "real-token"
	noHeaderAgain = "no-header-again"
	pastCache     = "past-cache"
)

// A rule is a row of the decision table.
type rule struct {
	id      string
	applies func(*study) bool // concludes, and says so
}

// rules is the decision table, and the one place to add a row. The first that
// applies decides. First comes what makes all answers worthless, then what lets
// nothing be asked, then what the answers say, and last that they say nothing.
var rules = []rule{
	{"no-answer", noAnswer},
	{"cut-short", cutShort},
	{"D10-cut", cutOff},
	{"D14", disturbed},
	{"D14-cache", cached},
	{"D14-repeat", intermittent},
	{"D14-noise", noisy},
	{"D16", echoed},
	{"D9", redirected},
	{"D0", open},
	{"D0-error", broken},
	{"D8", otherLayer},
	{"D7-planted", planted},
	{"D1", accepted},
	{"D13", overHTTP1},
	{"D10", tooLarge},
	{"D7", altered},
	{"D6", cutOnTheWay},
	{"D2", seen},
	{"D12", verifierBroken},
	{"D2-scheme", schemeShown},
	{"D14-mixed", mixed},
	{"D14-past-cache", answeredFromStore},
	{"D5", removedAfterCheck},
	{"D15", elsewhere},
	{"D3", missing},
	{"D2-dummy", dummySeen},
	{"D11", different},
	{"D11-both", twoPlaces},
	{"D4-length", unnoticedLength},
	{"D4-scheme", otherNoticed},
	{"D4", opaque},
}

// subject is the experiment that the verdict is about: the real token, or without
// one the made-up one.
func (s *study) subject() string {
	if s.answers[realToken] != nil {
		return realToken
	}
	return junkToken
}

// sees is the fingerprint by which the answer to an experiment shows that the
// header was parsed; nil if it does not. What the server says without a header
// too, it does not say about one: some stacks answer "invalid_token" to nobody.
func (s *study) sees(experiment string) *knowledge.Fingerprint {
	answer, without := s.answers[experiment], s.answers[noHeader]
	if answer == nil || without == nil || same(answer, without) {
		return nil
	}
	for _, f := range s.prints[experiment] {
		if f.Says.Seen() && !slices.Contains(s.prints[noHeader], f) {
			return f
		}
	}
	return nil
}

// misses is the fingerprint by which the answer to an experiment shows that no
// header arrived: the very one of the answer without a header, given for nothing
// but that.
func (s *study) misses(experiment string) *knowledge.Fingerprint {
	answer, without := s.answers[experiment], s.answers[noHeader]
	if answer == nil || without == nil || !same(answer, without) {
		return nil
	}
	for _, f := range s.prints[experiment] {
		if f.Conclusive() && slices.Contains(s.prints[noHeader], f) {
			return f
		}
	}
	return nil
}

// saysMissing is the fingerprint by which the answer to an experiment says, of all
// things, that there is no header, where it was not the answer without one; nil if it
// does not.
func (s *study) saysMissing(experiment string) *knowledge.Fingerprint {
	answer, without := s.answers[experiment], s.answers[noHeader]
	if answer == nil || without == nil || same(answer, without) {
		return nil
	}
	for _, f := range s.prints[experiment] {
		if f.Conclusive() && f.Layer == "app" && !slices.Contains(s.prints[noHeader], f) && (len(f.Alike) == 0 || s.fronted() && s.asksForOurs(answer)) {
			return f
		}
	}
	return nil
}

// fronted reports whether it is known to be something before the application that answers
// to who has no header.
func (s *study) fronted() bool {
	f := first(s.prints[noHeader])
	return f != nil && f.Layer != "app"
}

// sentScheme is the auth scheme that an experiment sent, as it was written.
func (s *study) sentScheme(experiment string) string {
	for _, e := range s.log.Exchanges {
		if e.Experiment != experiment || len(e.Hops) == 0 {
			continue
		}
		for _, f := range e.Hops[len(e.Hops)-1].Wrote {
			if strings.EqualFold(f.Name, "Authorization") {
				scheme, _, _ := strings.Cut(f.Value, " ")
				return scheme
			}
		}
	}
	return ""
}

// longToken is from which length, in bytes, a request may fail because of its size.
// The smallest limit in use is uWSGI's, of 4 KiB for the whole header.
const longToken = 2000

func noAnswer(s *study) bool {
	if len(s.answers) > 0 && s.answers[noHeader] != nil {
		return false
	}
	return s.cannotTell("no-answer")
}

// cutOff: the token was sent and got no answer, and all else got one. What that says
// of made-up tokens, it does not say of this one.
func cutOff(s *study) bool {
	if e := s.exchange(junkToken); e != nil && e.Fault != "" && !s.answersCredentials() {
		return s.cannotTell("credentials-unanswered", next("server-log"))
	}
	for _, e := range s.log.Exchanges {
		if e.Experiment == realToken && e.Fault != "" && e.Try == 0 {
			return s.cannotTell("token-unanswered", next("shorter-token"), next("server-log"))
		}
	}
	return false
}

// cutShort: a run that was interrupted before its control has no verdict, but that a
// token was let in.
func cutShort(s *study) bool {
	if !s.log.Interrupted {
		return false
	}
	for _, e := range s.log.Exchanges {
		if e.Experiment == noHeaderAgain && e.Fault == "" {
			return false
		}
	}
	if real := s.answers[realToken]; real != nil && real.Status/100 == 2 && s.answers[noHeader].Status/100 == 4 {
		return false
	}
	return s.cannotTell("interrupted", next("repeat"))
}

// answersCredentials reports whether anything that was sent with a header got an answer:
// one request that did not may be chance.
func (s *study) answersCredentials() bool {
	return slices.ContainsFunc([]string{junkToken, otherScheme, twoTokens, realToken, pastCache}, func(experiment string) bool {
		return s.answers[experiment] != nil
	})
}

// mixed: with the same auth scheme, the same application once says that there is no
// header, and once what is wrong with it. Several servers answer, and they differ.
func mixed(s *study) bool {
	for _, missing := range []string{junkToken, twoTokens, realToken} {
		f := s.misses(missing)
		if f == nil || f.Layer != "app" {
			continue
		}
		for _, seen := range []string{junkToken, twoTokens, realToken} {
			if g := s.sees(seen); g != nil && g.Product == f.Product && g.Layer == "app" && g.Says != knowledge.Malformed {
				return s.cannotTell("mixed", next("repeat"))
			}
		}
		// Nor does one that tells schemes apart see only the wrong one.
		if g := s.sees(otherScheme); g != nil && g.Product == f.Product && g.Says == knowledge.WrongScheme && len(f.Alike) == 0 {
			return s.cannotTell("mixed", next("repeat"))
		}
	}
	return false
}

// freshDiffers reports whether the same made-up credentials got another answer where no
// cache can have one.
func (s *study) freshDiffers() bool {
	fresh, junk := s.answers[pastCache], s.answers[junkToken]
	return fresh != nil && junk != nil && !same(withoutFresh(fresh), withoutFresh(junk))
}

// answeredFromStore: where no cache can have an answer, made-up credentials get another
// one. So what answered before need not have been asked.
func answeredFromStore(s *study) bool {
	if !s.freshDiffers() || !same(s.answers[noHeader], s.answers[s.subject()]) {
		return false
	}
	return s.cannotTell("past-cache", next("bypass-cache"), next("repeat"))
}

// disturbed: something watches how often is asked, or asks whether a person does.
func disturbed(s *study) bool {
	for _, e := range s.log.Exchanges {
		answer := e.Last()
		switch {
		case answer == nil, !slices.Contains(plain, e.Experiment): // a limit that the deep part meets does not undo what was said before
		case answer.Status == 429:
			after := answer.Get("Retry-After")
			if _, err := strconv.Atoi(after); err == nil {
				after += " seconds"
			}
			return s.cannotTell("rate-limited", next("wait", "time", after))
		case strings.EqualFold(answer.Get("Cf-Mitigated"), "challenge"), answer.Get("X-Amzn-Waf-Action") != "":
			return s.cannotTell("firewall", next("other-network"))
		}
	}
	return false
}

// cached: who answers from a store was not asked (RFC 9111 §3.5).
func cached(s *study) bool {
	for _, e := range s.log.Exchanges {
		if answer := e.Last(); answer != nil && fromCache(answer) {
			return s.cannotTell("cached", next("bypass-cache"))
		}
	}
	return false
}

func fromCache(r *wire.Response) bool {
	if age, err := strconv.Atoi(r.Get("Age")); err == nil && age > 0 {
		return true
	}
	for _, name := range []string{"X-Cache", "X-Cache-Status", "CF-Cache-Status", "X-Proxy-Cache"} {
		words := strings.FieldsFunc(strings.ToUpper(r.Get(name)), func(c rune) bool { return !unicode.IsLetter(c) })
		if slices.Contains(words, "HIT") {
			return true
		}
	}
	return len(strings.Fields(r.Get("X-Varnish"))) > 1
}

// noisy: the same question twice, and two answers.
func noisy(s *study) bool {
	again := s.answers[noHeaderAgain]
	if again == nil || same(s.answers[noHeader], again) {
		return false
	}
	return s.cannotTell("noise", next("repeat"))
}

// redirected: the answer is elsewhere. Who sends people to a login page answers
// instead of the application.
func redirected(s *study) bool {
	without := s.answers[noHeader]
	if without.Status/100 != 3 {
		return false
	}
	if real := s.answers[realToken]; real != nil && !same(without, real) {
		return false // the token makes a difference, and is what the verdict is about
	}
	location := without.Get("Location")
	if location == "" {
		return s.cannotTell("redirect")
	}
	to, err := s.target().Parse(location)
	login := err == nil && wire.ToLogin(s.target(), to) || s.printOf(noHeader, knowledge.OtherLayer) != nil
	if junk := s.answers[junkToken]; login && (junk == nil || same(without, junk)) {
		if s.subject() != realToken { // it may be that it only knows whom to let in
			return s.cannotTell("login-without-token", next("give-token"))
		}
		s.Next = append(s.Next, next("exempt-from-login"))
		if f := s.printOf(noHeader, knowledge.OtherLayer); f != nil {
			s.by(f)
			return s.conclude(Intercepted, Hop, Proven, "login-redirect")
		}
		return s.conclude(Intercepted, Hop, Strong, "login-redirect")
	}
	return s.leadsOn()
}

func (s *study) printOf(experiment string, says knowledge.Says) *knowledge.Fingerprint {
	for _, f := range s.prints[experiment] {
		if f.Says == says {
			return f
		}
	}
	return nil
}

// open: who lets everybody in cannot be asked whom it lets in. But some let in who has
// no token, and not who has a bad one.
func open(s *study) bool {
	if s.answers[noHeader].Status/100 != 2 || s.answers[noHeaderAgain] != nil && s.refusesJunk() || s.heldBack() {
		return false
	}
	return s.cannotTell("open", next("protected-url"))
}

// refusesJunk reports whether a made-up token is refused. A header of another form may be
// refused by who looks at nothing but the form.
func (s *study) refusesJunk() bool {
	junk := s.answers[junkToken]
	return junk != nil && slices.Contains([]int{400, 401, 403, 422}, junk.Status)
}

// broken: without a header there is already an error that has nothing to do with
// one.
func broken(s *study) bool {
	if s.answers[noHeader].Status < 500 {
		return false
	}
	return s.cannotTell("server-error", next("server-log"))
}

// otherLayer: something wants credentials of another kind, and gets none.
func otherLayer(s *study) bool {
	without, subject := s.answers[noHeader], s.answers[s.subject()]
	if s.asksForOurs(without) {
		return false
	}
	if f := first(s.prints[noHeader]); f != nil && f.Says == knowledge.OtherLayer && f.Layer != "app" && s.unmoved() {
		s.by(f)
		s.Next = append(s.Next, next("exempt-from-login"))
		return s.conclude(Intercepted, Hop, Proven, "other-credentials")
	}
	challenges := without.Challenges()
	if without.Status != 401 || len(challenges) == 0 || subject == nil || !same(without, subject) {
		return false
	}
	for _, c := range challenges {
		if !slices.Contains([]string{"basic", "digest", "negotiate", "ntlm", "cloudflare-access"}, strings.ToLower(c.Scheme)) {
			return false
		}
	}
	for _, f := range s.prints[noHeader] {
		if f.Layer == "app" { // DRF, for one, challenges with what stands first in its list
			return false
		}
	}
	s.Next = append(s.Next, next("exempt-from-login"))
	return s.conclude(Intercepted, Hop, Weak, "other-credentials") // an application may want Basic itself
}

// asksForOurs reports whether an answer challenges with the auth scheme that is sent.
func (s *study) asksForOurs(r *wire.Response) bool {
	return slices.ContainsFunc(r.Challenges(), func(c wire.Challenge) bool { return strings.EqualFold(c.Scheme, s.log.Scheme) })
}

// accepted: refused without, let in with. But some refuse with 200, as GraphQL has it.
func accepted(s *study) bool {
	real := s.answers[realToken]
	if real == nil || real.Status/100 != 2 {
		return false
	}
	if slices.ContainsFunc(s.prints[realToken], func(f *knowledge.Fingerprint) bool { return f.Says.Seen() || f.Says == knowledge.HeaderMissing }) {
		return false
	}
	switch junk := s.answers[junkToken]; {
	case failedWith200(real):
		return s.cannotTell("errors-with-200", next("server-log"))
	case asksForPassword(real):
		return s.cannotTell("login-with-200", next("server-log"))
	case junk != nil && same(real, junk) && !same(real, s.answers[noHeader]):
		return s.cannotTell("any-token", next("server-log"))
	}
	if f := first(s.prints[noHeader]); f != nil {
		s.by(f)
	}
	s.doubt()
	if s.answers[noHeader].Status/100 == 2 || s.answers[junkToken] == nil { // only made-up tokens are refused, or none was tried
		return s.conclude(Accepted, LetIn, Strong, "let-in")
	}
	return s.conclude(Accepted, LetIn, Proven, "let-in")
}

// failedWith200 reports whether an answer says no in its text: it has errors and no data,
// as GraphQL has it (https://spec.graphql.org/October2021/, §7.1), or one of the members
// by which others say that something failed.
func failedWith200(r *wire.Response) bool {
	var answer map[string]json.RawMessage
	if json.Unmarshal([]byte(r.Body), &answer) != nil {
		return false
	}
	is := func(name string, values ...string) bool { return slices.Contains(values, string(answer[name])) }
	has := func(name string) bool {
		return answer[name] != nil && !is(name, "null", "false", "0", `""`, "[]", "{}")
	}
	return has("errors") && !has("data") || has("error") || is("ok", "false") || is("success", "false") ||
		is("code", "401", "403", `"401"`, `"403"`) || is("status", "401", "403", `"401"`, `"403"`)
}

// asksForPassword reports whether an answer is a page to log in on.
func asksForPassword(r *wire.Response) bool {
	page := strings.ToLower(r.Body)
	return mediaType(r) == "text/html" && (strings.Contains(page, `type="password"`) || strings.Contains(page, `type=password`) || strings.Contains(page, "type='password'"))
}

// doubt advises to ask again where a header was seen, and one that was as good to see
// was not.
func (s *study) doubt() {
	for _, experiment := range []string{junkToken, otherScheme, twoTokens} {
		if f := s.misses(experiment); f != nil && len(f.Alike) == 0 {
			s.Next = append(s.Next, next("repeat"))
			return
		}
	}
}

// tooLarge: a hop that is named refused the size of the header.
func tooLarge(s *study) bool {
	real := s.answers[realToken]
	if real == nil || same(real, s.answers[noHeader]) {
		return false
	}
	if f := s.printOf(realToken, knowledge.TooLarge); f != nil {
		if len(f.Alike) > 0 && s.log.Token != nil && s.log.Token.Length <= longToken { // it says so of other faults too
			return s.cannotTell("other-answer", next("server-log"))
		}
		s.by(f)
		return s.conclude(Rejected, Hop, Proven, "too-large")
	}
	if real.Status == 431 || real.Status == 494 || real.Status == 413 {
		return s.cannotTell("too-large", next("shorter-token"))
	}
	return false
}

// altered: the application says which scheme it wants, it is the one that was
// sent, and it did not get it.
func altered(s *study) bool {
	f := s.sees(s.subject())
	if f == nil || f.Says != knowledge.WrongScheme || !f.NamesScheme {
		return false
	}
	// Or it says so to two schemes, of which one is what it wants.
	otherToo := strings.EqualFold(s.sentScheme(otherScheme), f.Scheme) && s.sees(otherScheme) == f
	if f.Scheme != s.log.Scheme && !otherToo {
		return false
	}
	s.by(f)
	return s.conclude(Altered, App, Strong, "other-scheme-arrived")
}

// cutOnTheWay: the token has three parts, and by the application's words what arrived
// has fewer.
func cutOnTheWay(s *study) bool {
	const signed = 3 // parts (RFC 7515 §7.1)
	f := s.sees(realToken)
	if f == nil || !f.FewParts || s.log.Token == nil || s.log.Token.Parts != signed {
		return false
	}
	s.by(f)
	s.Next = append(s.Next, next("deploy-canary"))
	return s.conclude(Altered, App, Weak, "token-cut") // or the application takes the wrong part of the header
}

// planted: an application that tells no header from one with a wrong scheme says to none
// that its scheme is wrong. So something on the way writes one.
func planted(s *study) bool {
	f := first(s.prints[noHeader])
	if f == nil || f.Says != knowledge.WrongScheme || f.Layer != "app" || len(f.Alike) > 0 && !f.NamesScheme || !s.unmoved() {
		return false
	}
	if slices.Contains(f.Alike, knowledge.HeaderMissing) { // words that many a program of one's own has for both
		return false
	}
	sent := false // the scheme that it wants
	for _, experiment := range []string{junkToken, otherScheme, twoTokens} {
		if answer := s.answers[experiment]; answer == nil || !same(answer, s.answers[noHeader]) {
			return false // what is sent arrives: it is only filled in where there is nothing
		}
		sent = sent || s.sentScheme(experiment) == f.Scheme
	}
	if !sent {
		return false
	}
	s.by(f)
	s.Next = append(s.Next, next("deploy-canary"))
	return s.conclude(Altered, App, Strong, "header-planted")
}

// seen: the answer is about the header's value.
func seen(s *study) bool {
	f := s.sees(s.subject())
	if f == nil {
		return false
	}
	s.by(f)
	claim := App
	if f.Layer != "app" {
		claim = Hop
	}
	if f.Says == knowledge.WrongScheme {
		s.wrongScheme(f)
	} else if s.subject() == realToken && f.Says != knowledge.Expired {
		s.Next = append(s.Next, next("verify-token"))
	}
	if s.subject() == junkToken {
		s.Next = append(s.Next, next("give-token"))
	}
	s.doubt()
	return s.conclude(Rejected, claim, Proven, Reason(f.Says))
}

func (s *study) wrongScheme(f *knowledge.Fingerprint) {
	s.wantedScheme = f.Scheme
	if s.sees(otherScheme) == f && s.sentScheme(otherScheme) == f.Scheme { // which was tried, and got the same answer
		s.wantedScheme, s.noScheme = "?", true
		s.Next = append(s.Next, next("ask-scheme"), next("deploy-canary"))
		return
	}
	if strings.EqualFold(f.Scheme, s.log.Scheme) {
		s.caseOnly = f.Scheme != s.log.Scheme
		if !s.caseOnly { // its scheme is a setting, and set to something else
			s.wantedScheme = "?"
			s.Next = append(s.Next, next("ask-scheme"))
			return
		}
	}
	s.Next = append(s.Next, next("use-scheme", "scheme", s.wantedScheme))
}

// verifierBroken: with the token, and only with it, the server fails. What verifies it
// is broken, or something before that could not take it.
func verifierBroken(s *study) bool {
	real := s.answers[realToken]
	if real == nil || real.Status != 500 {
		return false
	}
	if s.log.Token != nil && s.log.Token.Length > longToken {
		return s.cannotTell("server-error-with-token", next("server-log"), next("shorter-token"))
	}
	s.Next = append(s.Next, next("server-log"))
	return s.conclude(Rejected, Hop, Weak, "server-error-with-token")
}

// schemeShown: the application takes another scheme for no header at all, and
// notices the header as soon as it comes with its own.
func schemeShown(s *study) bool {
	missing, other := s.misses(s.subject()), s.sees(otherScheme)
	if missing == nil || other == nil || !slices.Contains(missing.Alike, knowledge.WrongScheme) {
		return false
	}
	if s.asksForOurs(s.answers[noHeader]) { // so it would have noticed ours
		return s.cannotTell("mixed", next("repeat"))
	}
	s.by(other)
	s.wantedScheme = missing.Scheme
	if s.wantedScheme == "" {
		s.wantedScheme = "Bearer"
		if strings.EqualFold(s.log.Scheme, "Bearer") {
			s.wantedScheme = "JWT"
		}
	}
	s.Next = append(s.Next, next("use-scheme", "scheme", s.wantedScheme))
	claim := App
	if other.Layer != "app" {
		claim = Hop
	}
	return s.conclude(Rejected, claim, Proven, Reason(knowledge.WrongScheme))
}

// removedAfterCheck: junk is noticed and the real token is not. Or the real token comes
// past what answers to who has none, and the application behind that says that there is
// none. So something has looked at it, and kept it.
func removedAfterCheck(s *study) bool {
	f := s.misses(realToken)
	junk := s.answers[junkToken]
	behind := s.saysMissing(realToken)
	switch {
	case junk == nil:
		return false
	case behind != nil:
		f = behind
	case f == nil || same(junk, s.answers[noHeader]):
		return false
	}
	s.by(f)
	s.thenRemoved = true
	return s.conclude(Stripped, App, Strong, "removed-after-check")
}

// missing: with the header the server says what it says when there is none, and
// says it for no other reason.
func missing(s *study) bool {
	subject := s.subject()
	f := s.misses(subject)
	if f == nil {
		return false
	}
	if slices.Contains(f.Alike, knowledge.WrongScheme) {
		wanted := s.challengeScheme(f)
		switch {
		case s.takes(f):
		case wanted == "":
			return s.cannotTell("scheme-unknown", next("ask-scheme"), next("deploy-canary"))
		case s.sentScheme(otherScheme) == wanted && s.misses(otherScheme) == f: // nor does that one arrive
		default:
			s.wantedScheme, s.caseOnly = wanted, strings.EqualFold(wanted, s.log.Scheme)
			return s.cannotTell("scheme-differs", next("use-scheme", "scheme", wanted))
		}
	}
	s.by(f)
	if subject != realToken {
		s.Next = append(s.Next, next("give-token"))
	}
	s.Next = append(s.Next, next("deploy-canary"))
	if f.Anywhere {
		s.anywhere = true
		return s.conclude(Stripped, App, Weak, Reason(knowledge.HeaderMissing))
	}
	return s.conclude(Stripped, App, Strong, Reason(knowledge.HeaderMissing))
}

// takes reports whether the auth scheme that was sent is the one that the application
// takes, as far as its answer to none tells.
func (s *study) takes(f *knowledge.Fingerprint) bool {
	if !slices.Contains(f.Alike, knowledge.WrongScheme) {
		return true
	}
	wanted := s.challengeScheme(f)
	return wanted == s.log.Scheme || strings.EqualFold(wanted, s.log.Scheme) && !f.CaseSensitive
}

// challengeScheme is the scheme that the application asks for: the challenge says
// it, else the product has only one.
func (s *study) challengeScheme(f *knowledge.Fingerprint) string {
	challenges := s.answers[noHeader].Challenges()
	for _, c := range challenges {
		if strings.EqualFold(c.Scheme, s.log.Scheme) {
			if f.CaseSensitive && strings.EqualFold(f.Scheme, c.Scheme) {
				return f.Scheme
			}
			return c.Scheme
		}
	}
	for _, c := range challenges { // tymon/jwt-auth challenges with its own name, and takes Bearer
		if slices.Contains([]string{"bearer", "jwt", "token", "dpop"}, strings.ToLower(c.Scheme)) {
			return c.Scheme
		}
	}
	if f.Scheme == "" && len(challenges) > 0 {
		return challenges[0].Scheme
	}
	return f.Scheme
}

// dummySeen: made-up credentials are noticed, whatever the token's answer says.
func dummySeen(s *study) bool {
	if s.answers[realToken] != nil {
		return false
	}
	for _, experiment := range []string{otherScheme, twoTokens} {
		if f := s.sees(experiment); f != nil && f.Layer == "app" {
			s.by(f)
			s.Next = append(s.Next, next("give-token"))
			return s.conclude(Rejected, App, Proven, Reason(f.Says))
		}
	}
	return false
}

// different: no one knows these words, but with the header they are others. So
// something has read it.
func different(s *study) bool {
	without, subject := s.answers[noHeader], s.answers[s.subject()]
	if subject == nil || same(without, subject) {
		return false
	}
	if s.answers[noHeaderAgain] == nil {
		return s.cannotTell("no-control", next("give-method-get"))
	}
	if fresh, junk := s.answers[pastCache], s.answers[junkToken]; subject.Status == 403 && fresh != nil && fresh.Status == 403 && junk != nil && junk.Status == 401 {
		return s.cannotTell("locked-out", next("wait"), next("repeat"))
	}
	if s.freshDiffers() { // so does what differs with the token: of several servers each may have words of its own
		return s.cannotTell("past-cache", next("bypass-cache"), next("repeat"))
	}
	if junk := s.answers[junkToken]; subject.Status == 403 && junk != nil && junk.Status == 401 && without.Status == 401 && mediaType(subject) == mediaType(junk) {
		s.Next = append(s.Next, next("ask-rights"))
		return s.conclude(Rejected, Hop, Strong, "forbidden")
	}
	for _, f := range s.prints[s.subject()] {
		if f.Says == knowledge.HeaderMissing && !slices.Contains(s.prints[noHeader], f) {
			return s.cannotTell("behind-says-missing", next("deploy-canary"), next("compare-origin"))
		}
	}
	if subject.Status != 401 && subject.Status != 403 && (subject.Status != 400 || !s.heldBack()) {
		return s.cannotTell("other-answer", next("server-log"))
	}
	s.Next = append(s.Next, next("deploy-canary"))
	return s.conclude(Rejected, Hop, Strong, "answer-differs")
}

// otherNoticed: made-up credentials with another auth scheme are noticed, and with this
// one they are not. But who notices need not be who would take them.
func otherNoticed(s *study) bool {
	without, other := s.answers[noHeader], s.answers[otherScheme]
	if other == nil || same(without, other) || !s.unmoved() || s.answers[noHeaderAgain] == nil {
		return false
	}
	if f := s.sees(otherScheme); f != nil {
		if f.Layer != "app" || f.Says != knowledge.Malformed && f.Says != knowledge.TokenRejected {
			return false // it may take offence at the scheme alone
		}
		s.by(f)
		s.wantedScheme = s.sentScheme(otherScheme)
		s.Next = append(s.Next, next("use-scheme", "scheme", s.wantedScheme))
		return s.conclude(Rejected, App, Strong, Reason(knowledge.WrongScheme))
	}
	return s.cannotTell("other-scheme-noticed", next("use-scheme", "scheme", s.sentScheme(otherScheme)), next("deploy-canary"))
}

// opaque: the same to all. Equality alone proves nothing.
func opaque(s *study) bool {
	switch without := s.answers[noHeader]; without.Status {
	case 404:
		return s.cannotTell("not-found", next("check-url"))
	case 405:
		return s.cannotTell("not-allowed", next("use-method", "methods", without.Get("Allow")))
	}
	if f := s.printOf(noHeader, knowledge.HeaderMissing); f != nil {
		s.by(f)
	}
	return s.cannotTell("opaque", next("deploy-canary"), next("compare-origin"))
}
