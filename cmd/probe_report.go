package cmd

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jwt-toolkit/jwt/cmd/internal/ui"
	"github.com/jwt-toolkit/jwt/pkg/diagnose"
	"github.com/jwt-toolkit/jwt/pkg/probe"
	"github.com/jwt-toolkit/jwt/pkg/when"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// probeReport is a diagnosis for who reads it later: what the text says, in full and
// in the order in which it is wanted.
func (a *app) probeReport(log *wire.Log, d diagnose.Diagnosis, compared *diagnose.Comparison, expect diagnose.Expectation) ui.Report {
	mark, words := probeVerdict(log, d)
	r := a.reportAbout(log)
	r.Mark = mark
	r.Verdict, r.Words, _ = strings.Cut(words, ": ")
	if d.Product != "" {
		r.Remarks = append(r.Remarks, fmt.Sprintf("the answers are those of %s (confidence: %s)", d.Product, d.Confidence))
	}
	if expired(log) {
		r.Remarks = append(r.Remarks, "the token has expired by its own words")
	}
	if words := clockText(log, d); words != "" {
		r.Remarks = append(r.Remarks, words)
	}
	if d.Repeat != nil {
		r.Remarks = append(r.Remarks, repeatWords(*d.Repeat))
	}
	if log.Interrupted {
		r.Remarks = append(r.Remarks, "the run was cut short")
	}
	if d.Followed {
		r.Remarks = append(r.Remarks, followedWords(log))
	}
	r.Path, r.PathWords = probePath(log, d)
	r.Redirects = redirectLines(d)
	for i, s := range d.Suspects {
		if i == 0 {
			r.Likely = likelihood(d)
		}
		cause := ui.Cause{ID: s.ID, Title: s.Title, Fix: s.Fix, Where: s.Where, Check: s.Check, Why: s.Why, Source: s.Source}
		if s.Rank > 1 {
			cause.Why, cause.Source = "", nil // of what fits less well, what there is to do
			r.AlsoCauses = append(r.AlsoCauses, cause)
			continue
		}
		r.Causes = append(r.Causes, cause)
	}
	r.Steps = probeHints(log, d)
	for _, c := range d.Cleared {
		r.NotIt = append(r.NotIt, ui.Item{Name: c.Title, Text: c.Why})
	}
	if len(d.Addresses) > 0 {
		r.Elsewhere = append(r.Elsewhere, elsewhere("every address of the host", d.Addresses))
	}
	if compared != nil {
		r.Elsewhere = append(r.Elsewhere, elsewhere(comparedWords(compared), compared.Places))
	}
	r.Tests = probeTests(d)
	outcome := "which it is"
	if !d.Holds(expect) {
		outcome += " not"
	}
	r.Facts = append(logFacts(log),
		ui.Item{Name: "expected", Text: fmt.Sprintf("%s, %s", expect, outcome)},
		ui.Item{Name: "decided by", Text: fmt.Sprintf("rule %s: %s; confidence: %s", d.Rule, dashless(d.Reason), d.Confidence)},
	)
	return r
}

// errorReport is for a run that has no answer.
func (a *app) errorReport(err error) ui.Report {
	e, ok := err.(*noAnswerError)
	if !ok {
		return ui.Report{Title: a.title, Verdict: "no result", Words: err.Error(), Maker: maker()}
	}
	r := a.reportAbout(e.log)
	r.Verdict, r.Words = "no answer", "nothing is known of the header"
	r.Remarks = []string{strings.TrimPrefix(e.Error(), e.log.Target+": ")}
	r.Path = []ui.Station{
		{Name: "client", State: "has asked"},
		{Name: "server", Says: host(e.log), State: "has not answered"},
	}
	r.Tests = probeTests(e.d)
	r.Facts = logFacts(e.log)
	return r
}

func (a *app) reportAbout(log *wire.Log) ui.Report {
	return ui.Report{Title: a.title, About: log.Target, When: when.Format(log.Started), Maker: maker()}
}

func maker() string {
	return "jwt " + buildVersion().Version + " made this. The token is not in it."
}

func elsewhere(words string, places []diagnose.Place) ui.Places {
	list := ui.Places{Words: words}
	for _, p := range places {
		list.List = append(list.List, ui.Place{Address: p.Target, Mark: placeMark(p), Verdict: p.Verdict.String(), Reason: placeReason(p)})
	}
	return list
}

func dashless[T ~string](name T) string { return strings.ReplaceAll(string(name), "-", " ") }

func expired(log *wire.Log) bool {
	return log.Token != nil && log.Token.Expires != nil && !log.Token.Expires.After(log.Started)
}

func host(log *wire.Log) string {
	u, err := url.Parse(log.Target)
	if err != nil {
		return ""
	}
	return u.Host
}

// probeTests are the experiments, each with what its answer says.
func probeTests(d diagnose.Diagnosis) []ui.Test {
	known := probe.Experiments()
	var tests []ui.Test
	for _, e := range d.Evidence {
		if e.Skipped == probe.SkippedDecided && probe.Deep(e.Experiment) {
			continue
		}
		t := ui.Test{Name: strings.TrimSpace(experimentName(e.Experiment) + " " + e.In), Quote: e.Quote}
		if i := slices.IndexFunc(known, func(k probe.Experiment) bool { return k.ID == e.Experiment }); i >= 0 {
			t.Asks = known[i].Question
		}
		if e.Try > 0 {
			t.Name += fmt.Sprintf(", time %d", e.Try+1)
		}
		if e.Status != 0 {
			t.Status = fmt.Sprint(e.Status)
		}
		switch {
		case e.Skipped != "":
			t.Says = "not sent: " + dashless(e.Skipped)
		case e.Fault != "":
			t.Says, t.Quote = "no answer", e.Fault
		case e.Reflects != "":
			t.Says = reflectWords[e.Reflects]
		case e.SameAs != "":
			t.Says, t.Quote = "the same as "+experimentName(e.SameAs), ""
		case e.Says != "":
			t.Says = fmt.Sprintf("%s (%s)", dashless(e.Says), e.By)
		}
		tests = append(tests, t)
	}
	return tests
}

// logFacts are the circumstances: enough to ask the same again, and nothing to ask with.
func logFacts(log *wire.Log) []ui.Item {
	sent := 0
	for _, e := range log.Exchanges {
		sent += len(e.Hops)
	}
	facts := []ui.Item{
		{Name: "asked", Text: log.Method + " " + log.Target},
		{Name: "requests", Text: fmt.Sprint(sent)},
		{Name: "at", Text: when.Format(log.Started)},
		{Name: "auth scheme", Text: log.Scheme},
	}
	if log.Address != "" {
		facts = append(facts, ui.Item{Name: "address", Text: log.Address})
	}
	if log.Proxy != "" {
		facts = append(facts, ui.Item{Name: "proxy", Text: log.Proxy})
	}
	t := log.Token
	if t == nil {
		return append(facts, ui.Item{Name: "token", Text: "none; only made-up ones were sent"})
	}
	kind := "opaque"
	if t.JWT {
		kind = strings.Join(slices.DeleteFunc([]string{"JWT", t.Alg, typed(t.Typ)}, func(s string) bool { return s == "" }), ", ")
		if !t.HasKID {
			kind += ", no kid"
		}
	}
	facts = append(facts, ui.Item{Name: "token", Text: fmt.Sprintf("%s, %d bytes, sha256 %s…", kind, t.Length, t.SHA256)})
	for _, at := range []struct {
		name string
		time *time.Time
	}{{"issued", t.Issued}, {"valid from", t.Begins}, {"expires", t.Expires}} {
		if at.time != nil {
			facts = append(facts, ui.Item{Name: at.name, Text: when.Format(*at.time) + "; when asked: " + when.Relative(*at.time, log.Started)})
		}
	}
	if len(t.Removed) > 0 {
		facts = append(facts, ui.Item{Name: "taken off it", Text: strings.Join(t.Removed, ", ")})
	}
	return facts
}

func typed(typ string) string {
	if typ == "" {
		return ""
	}
	return "typ " + typ
}

// notKnown is the state of whatever no answer says anything about.
const notKnown = "not known"

// probePath is where the header is known to have been, from the client to the
// application. It says no more than the verdict: what that leaves open stays open.
func probePath(log *wire.Log, d diagnose.Diagnosis) (path []ui.Station, words string) {
	sent := pathExchange(judgedLog(log, d))
	between := ui.Station{State: notKnown}
	switch {
	case d.Claim == diagnose.LetIn: // it need not have passed as it was: a front may trade tokens
		between = ui.Station{Mark: ui.Good, State: "let the request through"}
	case d.Holds(diagnose.Seen): // what arrives has passed all that lies before
		between = ui.Station{Mark: ui.Good, State: "let it through"}
	}
	pass := func(name, says string) {
		s := between
		s.Name, s.Says = name, says
		path = append(path, s)
	}

	path = append(path, senderStation(sent))
	if log.Proxy != "" {
		pass("proxy", log.Proxy)
	}
	for i, hop := range sent.Hops[:max(0, len(sent.Hops)-1)] {
		s := ui.Station{Name: "redirect", Says: hop.URL, State: fmt.Sprintf("%d: leads on", hop.Response.Status)}
		if carriesField(hop) {
			s.Mark = ui.Good
			if !carriesField(sent.Hops[i+1]) {
				s.State += ", without it"
			}
		}
		path = append(path, s)
	}
	if d.Followed { // the token was not sent along them, but to where they lead
		path = append(path, redirectStations(d)...)
	}
	answer := sent.Last()
	if answer == nil {
		answer = &wire.Response{}
	}
	for _, name := range slices.Backward(viaList(answer)) {
		pass("proxy on the way", name)
	}
	path = append(path, frontStations(answer, d, between)...)
	path = gotByTrace(path, d)
	path = append(path, applicationStation(d))
	markLoss(path, d.Verdict)
	return path, pathWords(path, d)
}

// judgedLog is what the verdict is about: of several addresses the first that loses the
// header, where others do not.
func judgedLog(log *wire.Log, d diagnose.Diagnosis) *wire.Log {
	if d.Reason != "some-addresses" {
		return log
	}
	i := slices.IndexFunc(d.Addresses, func(p diagnose.Place) bool { return p.Verdict == diagnose.Stripped })
	if i < 1 || i > len(log.Addresses) {
		return log
	}
	return log.Addresses[i-1]
}

// pathExchange is the exchange that the path is of, the one that the verdict is about:
// that of the token, else of a made-up one.
func pathExchange(log *wire.Log) wire.Exchange {
	for _, carries := range []wire.Carries{wire.Real, wire.Dummy, wire.None} {
		for _, e := range log.Exchanges {
			if e.Carries == carries && e.In == "" && e.Last() != nil {
				return e
			}
		}
	}
	return wire.Exchange{}
}

// carriesField reports whether the header was really written to the connection.
func carriesField(hop wire.Hop) bool {
	return slices.ContainsFunc(hop.Wrote, func(f wire.Field) bool { return strings.EqualFold(f.Name, "Authorization") })
}

func senderStation(sent wire.Exchange) ui.Station {
	s := ui.Station{Name: "client", State: "sent none that was answered"}
	if len(sent.Hops) > 0 && carriesField(sent.Hops[0]) {
		s.Mark, s.State = ui.Good, "sent it, with a made-up token"
		if sent.Carries == wire.Real {
			s.State = "sent it, with the token"
		}
	}
	return s
}

// viaList is who says to have passed the answer on, from the application outwards
// (RFC 9110 §7.6.3).
func viaList(answer *wire.Response) []string {
	var list []string
	for _, value := range answer.Values("Via") {
		for name := range strings.SplitSeq(value, ",") {
			if name = strings.TrimSpace(name); name != "" {
				list = append(list, name)
			}
		}
	}
	return list
}

// frontStations is what answers, where that is something else than the application, or
// goes by a name.
func frontStations(answer *wire.Response, d diagnose.Diagnosis, between ui.Station) []ui.Station {
	server := strings.Join(answer.Values("Server"), ", ")
	switch {
	case d.Reason == "removed-after-check":
		return []ui.Station{{Name: "something on the way", Mark: ui.Good, State: "looked at it"}}
	case d.Verdict == diagnose.Rejected && d.Claim == diagnose.Hop:
		return []ui.Station{{Name: "something on the way", Says: cmp.Or(d.Product, server), Mark: ui.Good, State: "saw it, and refuses it"}}
	case d.Verdict == diagnose.Intercepted:
		return []ui.Station{{Name: "something in front", Says: cmp.Or(d.Product, server), State: "answers instead of the application"}}
	}
	var list []ui.Station
	if server != "" {
		between.Name, between.Says = "server", server
		list = append(list, between)
	}
	if !d.Followed {
		list = append(list, redirectStations(d)...)
	}
	return list
}

// gotByTrace marks who is known to have got the header, because it sent it back: the
// server that goes by the same name, else one of its own behind the client.
func gotByTrace(path []ui.Station, d diagnose.Diagnosis) []ui.Station {
	i := slices.IndexFunc(d.Evidence, func(e diagnose.Evidence) bool { return e.Reflects == diagnose.ReflectsHeader })
	if i < 0 || d.Verdict != diagnose.Stripped && d.Verdict != diagnose.Altered || d.Reason == "removed-after-check" {
		return path
	}
	front := ui.Station{Name: "server in front", Says: d.Evidence[i].Server, Mark: ui.Good, State: "got a made-up one (TRACE)"}
	for i := range path {
		if path[i].Name == "server" && path[i].Says == front.Says {
			path[i].Mark, path[i].State = front.Mark, front.State
			return path
		}
	}
	return slices.Insert(path, 1, front)
}

func redirectStations(d diagnose.Diagnosis) (list []ui.Station) {
	for _, r := range d.Redirects {
		list = append(list, ui.Station{Name: "redirect", Says: r.To, State: fmt.Sprintf("%d: leads there", r.Status)})
	}
	return list
}

func applicationStation(d diagnose.Diagnosis) ui.Station {
	s := ui.Station{Name: "application", State: notKnown}
	if d.Claim == diagnose.App {
		s.Says = d.Product
	}
	switch {
	case d.Verdict == diagnose.Accepted && d.Claim == diagnose.App:
		s.Mark, s.State = ui.Good, "says that it got it, as it was sent"
	case d.Verdict == diagnose.Accepted:
		s.Mark, s.State = ui.Good, "let the request in"
	case d.Holds(diagnose.Seen):
		s.Mark, s.State = ui.Good, "saw it, and refuses it"
	case d.Reason == "intermittent":
		s.Mark, s.State = ui.Bad, "sometimes answers as if none had arrived"
	case d.Reason == "some-addresses":
		s.Mark, s.State = ui.Bad, "at some addresses answers as if none had arrived"
	case d.Verdict == diagnose.Stripped && d.Confidence == diagnose.Proven:
		s.Mark, s.State = ui.Bad, "says that none arrived"
	case d.Verdict == diagnose.Stripped:
		s.Mark, s.State = ui.Bad, "answers as if none had arrived"
	case d.Verdict == diagnose.Altered && d.Carrier != "":
		s.Mark, s.State = ui.Bad, "got it as "+d.Carrier
	case d.Verdict == diagnose.Altered:
		s.Mark, s.State = ui.Bad, "got another than was sent"
	}
	return s
}

// markLoss names the stretch in which the header is lost: from where it was seen last.
func markLoss(path []ui.Station, v diagnose.Verdict) {
	last := len(path) - 1
	if path[last].Mark != ui.Bad {
		return
	}
	path[last].Lost = "lost here"
	if v == diagnose.Altered {
		path[last].Lost = "changed here"
	}
	for i := last; i > 1 && path[i-1].Mark != ui.Good; i-- {
		path[i-1].Lost, path[i].Lost = path[i].Lost, "or here"
	}
}

// pathWords says what a path shows.
func pathWords(path []ui.Station, d diagnose.Diagnosis) string {
	seen := "nowhere"
	for _, s := range path {
		if s.Mark == ui.Good {
			seen = s.Name
		}
	}
	switch {
	case seen == "nowhere":
		return "no answer tells anything of a header"
	case d.Verdict == diagnose.Stripped:
		return "last seen: " + seen + "; lost between there and the application"
	case d.Verdict == diagnose.Altered:
		return "last seen as it was sent: " + seen + "; at the application it is another"
	case d.Verdict == diagnose.Intercepted:
		return "last seen: " + seen + "; whether it gets past what answers, these answers do not tell"
	case d.Claim == diagnose.LetIn:
		return "with it the request is let in, and without it is not"
	case d.Holds(diagnose.Seen):
		return "the header arrives"
	}
	return "last seen: " + seen + "; how far it gets, these answers do not tell"
}
