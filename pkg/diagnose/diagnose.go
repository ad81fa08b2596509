// Package diagnose concludes from records and knowledge whether a server saw the
// Authorization header, and if not, who took it away. It needs no network: a
// saved log gives the same answer as the run that made it.
package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A Verdict is the answer in one word. The zero Verdict is [Undetermined].
type Verdict int

const (
	Undetermined Verdict = iota
	Accepted             // the server let the request in
	Rejected             // the header was seen, and refused
	Stripped             // the header was sent, and did not arrive
	Altered              // another header arrived than was sent
	Intercepted          // something in front answers instead of the application
)

var verdictNames = [...]string{"undetermined", "accepted", "rejected", "stripped", "altered", "intercepted"}

func (v Verdict) String() string               { return verdictNames[v] }
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Verdicts are the names of all verdicts.
func Verdicts() []string { return slices.Clone(verdictNames[:]) }

// A Claim says who is known to have seen the header.
type Claim string

const (
	NoClaim    Claim = ""
	Hop        Claim = "hop"      // something on the way has parsed it
	App        Claim = "app"      // the application saw it, or would have
	LetIn      Claim = "accepted" // it let the request in
	claimOfNil       = NoClaim
)

// A Confidence says how sure a verdict is. The zero Confidence is "unknown".
type Confidence int

const (
	Unknown Confidence = iota
	Weak
	Strong
	Proven // an answer that depends on the very value that was sent
)

var confidenceNames = [...]string{"unknown", "weak", "strong", "proven"}

func (c Confidence) String() string               { return confidenceNames[c] }
func (c Confidence) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// A Reason is the stable name of what a verdict rests on, and of why there is
// none.
type Reason string

// A Diagnosis is the conclusion and what it rests on.
type Diagnosis struct {
	Verdict     Verdict    `json:"verdict"`
	Claim       Claim      `json:"claim"`
	Confidence  Confidence `json:"confidence"`
	Rule        string     `json:"rule"` // of the decision table
	Reason      Reason     `json:"reason"`
	Fingerprint string     `json:"fingerprint"` // the product that answered, if it is known
	Product     string     `json:"product"`     // the same for people
	Carrier     string     `json:"carrier"`     // under which name the header arrived, if the application says it
	Evidence    []Evidence `json:"evidence"`
	Suspects    []Suspect  `json:"suspects"`
	Cleared     []Cleared  `json:"cleared"` // what looks like a cause here and is none
	Next        []Next     `json:"next"`
	Repeat      *Repeat    `json:"repeat,omitempty"`     // of a question that was asked several times
	Addresses   []Place    `json:"addresses,omitempty"`  // what came of each address of the host
	ClockSkew   int        `json:"clock_skew,omitempty"` // seconds that the server's clock is ahead of this machine's, or behind if negative
	Limit       *Limit     `json:"limit,omitempty"`      // that the token is over
	Walked
}

// Evidence is one answer and what it says.
type Evidence struct {
	Experiment string         `json:"experiment"`
	Carries    wire.Carries   `json:"carries"`
	Try        int            `json:"try,omitempty"`
	In         string         `json:"in,omitempty"` // where the token was, if not in Authorization
	Status     int            `json:"status,omitempty"`
	Says       knowledge.Says `json:"says,omitempty"`
	By         string         `json:"by,omitempty"`    // the product that says it
	Quote      string         `json:"quote,omitempty"` // from the answer: a stranger's text
	SameAs     string         `json:"same_as,omitempty"`
	Reflects   Reflects       `json:"reflects,omitempty"` // of TRACE, and who it is that does is Server
	Server     string         `json:"server,omitempty"`   // as it names itself there: a stranger's text
	Skipped    string         `json:"skipped,omitempty"`
	Fault      string         `json:"fault,omitempty"`
}

// Reflects is what a server that sends requests back shows of the header. The zero
// Reflects is that it sends none back.
type Reflects string

const (
	ReflectsHeader Reflects = "header"    // it got it
	ReflectsNone   Reflects = "no-header" // it did not
)

// A Suspect is a cause that fits the facts. Suspects of one rank look alike from
// outside: one of them it is.
type Suspect struct {
	ID       string   `json:"id"`
	Title    string   `json:"title"`
	Rank     int      `json:"rank"`
	Strength string   `json:"strength"` // strong or possible
	Facts    []string `json:"facts"`
	Fix      []string `json:"fix"`
	Where    string   `json:"where"`
	Check    string   `json:"check"`
	Why      string   `json:"why"`
	Source   []string `json:"source"`
}

// Cleared is what looks like a cause and is none.
type Cleared struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Why   string `json:"why"`
}

// Next is a step that would tell more, as a fact; who knows the flags words it.
type Next struct {
	ID     string            `json:"id"`
	Params map[string]string `json:"params"`
}

// Explain judges a log.
func Explain(log *wire.Log, base *knowledge.Base) Diagnosis {
	if len(log.Addresses) > 0 {
		return together(log, base)
	}
	return explain(log, base).Diagnosis
}

// explain is the study of what one address has answered, to its end.
func explain(log *wire.Log, base *knowledge.Base) *study {
	s := &study{log: log, base: base, answers: map[string]*wire.Response{}, prints: map[string][]*knowledge.Fingerprint{}}
	for _, e := range log.Exchanges {
		if answer := e.Last(); answer != nil && e.Try == 0 {
			s.answers[name(e)] = answer
			s.prints[name(e)] = base.Identify(answer)
		}
	}
	s.walked()
	for _, r := range rules {
		if r.applies(s) {
			s.Rule = r.id
			break
		}
	}
	s.evidence()
	s.clock()
	s.size()
	s.accuse()
	s.advise()
	return s
}

// name is what an exchange is called in a study.
func name(e wire.Exchange) string { return strings.TrimSpace(e.Experiment + " " + e.In) }

// A study is a diagnosis under way.
type study struct {
	Diagnosis
	log     *wire.Log
	base    *knowledge.Base
	answers map[string]*wire.Response // by experiment
	prints  map[string][]*knowledge.Fingerprint

	anywhere     bool   // the answer does not say in which place no token was found
	noScheme     bool   // neither scheme that was tried is the one that is wanted
	canary       string // the kind of the canary that answered
	wantedScheme string // what the application wants, where it is not what was sent
	caseOnly     bool   // and it differs in case alone
	thenRemoved  bool   // junk is refused by something, and the real token arrives nowhere
}

// exchange is that of an experiment's first try, nil if there is none.
func (s *study) exchange(experiment string) *wire.Exchange {
	for i, e := range s.log.Exchanges {
		if e.Experiment == experiment && e.Try == 0 {
			return &s.log.Exchanges[i]
		}
	}
	return nil
}

// conclude sets the verdict. It returns true, so that a rule can end with it.
func (s *study) conclude(v Verdict, claim Claim, confidence Confidence, reason Reason) bool {
	s.Verdict, s.Claim, s.Confidence, s.Reason = v, claim, confidence, reason
	return true
}

// cannotTell is conclude for a question that this log does not answer.
func (s *study) cannotTell(reason Reason, next ...Next) bool {
	s.Next = append(s.Next, next...)
	return s.conclude(Undetermined, claimOfNil, Unknown, reason)
}

func next(id string, params ...string) Next {
	n := Next{ID: id, Params: map[string]string{}}
	for i := 0; i+1 < len(params); i += 2 {
		n.Params[params[i]] = params[i+1]
	}
	return n
}

// by sets whose answer the verdict rests on.
func (s *study) by(f *knowledge.Fingerprint) {
	s.Fingerprint, s.Product = f.Product, f.Name
}

// evidence lists every experiment with what came of it.
func (s *study) evidence() {
	s.Evidence = []Evidence{}
	before := map[string]string{} // who got it first, by what was said
	for _, e := range s.log.Exchanges {
		one := Evidence{Experiment: e.Experiment, Carries: e.Carries, Try: e.Try, In: e.In, Skipped: e.Skipped, Fault: e.Fault}
		if answer := e.Last(); answer != nil {
			one.Status = answer.Status
			if one.Reflects = reflects(e.Experiment, answer); one.Reflects != "" {
				one.Server = strings.Join(answer.Values("Server"), ", ")
			}
			one.Quote = quote(answer)
			if f := first(s.base.Identify(answer)); f != nil {
				one.Says, one.By = f.Says, f.Product
			}
			words := said(answer)
			if other, found := before[words]; found {
				one.SameAs = other
			} else {
				before[words] = e.Experiment
			}
		}
		s.Evidence = append(s.Evidence, one)
	}
}

func first(prints []*knowledge.Fingerprint) *knowledge.Fingerprint {
	if len(prints) == 0 {
		return nil
	}
	return prints[0]
}

// maxQuote is how much of an answer is quoted, in characters.
const maxQuote = 120

// quote is the part of an answer that says most: its text, else its challenge.
func quote(r *wire.Response) string {
	text := strings.Join(strings.Fields(r.Body), " ")
	if challenges := r.Values("WWW-Authenticate"); text == "" || strings.HasPrefix(text, "<") && len(challenges) > 0 {
		text = strings.Join(challenges, ", ")
	}
	if location := r.Get("Location"); r.Status/100 == 3 && location != "" {
		text = "Location: " + location
	}
	if runes := []rune(text); len(runes) > maxQuote {
		text = string(runes[:maxQuote-1]) + "…"
	}
	return text
}

// accuse finds the causes that fit the facts: those of which more facts hold
// first, then the more common ones, then by name. Those that rest on the same
// facts cannot be told apart from here, and share a rank.
func (s *study) accuse() {
	s.Suspects, s.Cleared = []Suspect{}, []Cleared{}
	holds := s.facts()
	var fitting []*knowledge.Cause
	for i := range s.base.Causes {
		c := &s.base.Causes[i]
		is := func(fact string) bool { return holds[fact] }
		if slices.ContainsFunc(c.Unless, is) || slices.ContainsFunc(c.When, func(fact string) bool { return !holds[fact] }) {
			continue
		}
		if c.NotACause {
			s.Cleared = append(s.Cleared, Cleared{c.ID, c.Title, c.Why})
			continue
		}
		fitting = append(fitting, c)
	}
	slices.SortStableFunc(fitting, func(a, b *knowledge.Cause) int {
		return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(b.Prior, a.Prior), cmp.Compare(a.ID, b.ID))
	})
	var groups []string
	for _, c := range fitting {
		facts := slices.Sorted(slices.Values(c.When))
		group := strings.Join(facts, " ")
		if !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
		rank := slices.Index(groups, group) + 1
		strength := "possible"
		if rank == 1 && s.Confidence >= Strong && (len(facts) >= manyFacts || slices.ContainsFunc(facts, decides)) {
			strength = "strong"
		}
		s.Suspects = append(s.Suspects, Suspect{
			ID: c.ID, Title: c.Title, Rank: rank, Strength: strength, Facts: facts,
			Fix: s.filledIn(c.Fix), Where: c.Where, Check: c.Check, Why: c.Why, Source: c.Source,
		})
	}
	sort.SliceStable(s.Suspects, func(i, j int) bool { return s.Suspects[i].Rank < s.Suspects[j].Rank })
}

// weight is how many facts speak for a cause, of which one that decides counts for more
// than any others together.
func weight(c *knowledge.Cause) int {
	n := len(c.When)
	if slices.ContainsFunc(c.When, decides) {
		n += len(facts)
	}
	return n
}

// filledIn is the lines of a fix with what is known here in them: {scheme} is the
// auth scheme that the application wants.
func (s *study) filledIn(lines []string) []string {
	scheme := s.wantedScheme
	if scheme == "" || scheme == "?" {
		scheme = "SCHEME"
	}
	filled := make([]string, len(lines))
	for i, line := range lines {
		filled[i] = strings.ReplaceAll(line, "{scheme}", scheme)
	}
	return filled
}

// manyFacts is how many facts together make a strong suspicion: the verdict, what
// the server says it is, and one that narrows it down.
const manyFacts = 3

// Expectation is what a caller wants to hold. The words are those of the verdicts,
// and "seen".
type Expectation string

// Seen is the expectation that the application saw the header, whatever it
// thought of it.
const Seen Expectation = "seen"

// Expectations are all that can be expected.
func Expectations() []string { return append(Verdicts(), string(Seen)) }

// Holds reports whether a diagnosis is what was expected.
func (d Diagnosis) Holds(e Expectation) bool {
	if e == Seen {
		return d.Verdict == Accepted || d.Verdict == Rejected && d.Claim == App
	}
	return d.Verdict.String() == string(e)
}

var _ fmt.Stringer = Undetermined
