package diagnose

import (
	"slices"

	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A Repeat counts what came of a question that was asked several times.
type Repeat struct {
	Times int `json:"times"`
	Seen  int `json:"seen"`  // the answer is about the header
	Lost  int `json:"lost"`  // it says that there is none
	Other int `json:"other"` // it says neither, or there is none
}

// intermittent: some of several servers do not get the header.
func intermittent(s *study) bool {
	var without []*wire.Response
	subject, asked := s.subject(), 0
	for _, e := range s.log.Exchanges {
		if answer := e.Last(); answer != nil && slices.Contains([]string{noHeader, noHeaderAgain}, e.Experiment) {
			without = append(without, answer)
		}
		if e.Experiment == subject && e.Skipped == "" {
			asked++
		}
	}
	if asked < 2 {
		return false
	}
	s.Repeat = &Repeat{Times: asked}
	var by *knowledge.Fingerprint
	for _, e := range s.log.Exchanges {
		if e.Experiment != subject || e.Skipped != "" {
			continue
		}
		switch what, f := s.tell(e.Last(), without); what {
		case Accepted, Rejected:
			s.Repeat.Seen++
		case Stripped:
			s.Repeat.Lost++
			by = f
		default:
			s.Repeat.Other++
		}
	}
	switch r := s.Repeat; {
	case r.Seen > 0 && r.Lost > 0:
		s.by(by)
		s.Next = append(s.Next, next("each-address"), next("compare-origin"))
		return s.conclude(Stripped, App, Strong, "intermittent")
	case r.Other > 0 && r.Other < r.Times:
		return s.cannotTell("unsteady", next("each-address"), next("server-log"))
	}
	return false
}

// tell says of one answer by itself what it says of the header, beside all answers to
// none.
func (s *study) tell(answer *wire.Response, without []*wire.Response) (Verdict, *knowledge.Fingerprint) {
	if answer == nil {
		return Undetermined, nil
	}
	known := func(f *knowledge.Fingerprint) bool {
		return slices.ContainsFunc(without, func(r *wire.Response) bool { return slices.Contains(s.base.Identify(r), f) })
	}
	alike := slices.ContainsFunc(without, func(r *wire.Response) bool { return same(r, answer) })
	open := slices.ContainsFunc(without, func(r *wire.Response) bool { return r.Status/100 == 2 })
	for _, f := range s.base.Identify(answer) {
		switch {
		case alike && f.Conclusive() && s.takes(f):
			return Stripped, f
		case !alike && f.Says.Seen() && !known(f):
			return Rejected, f
		}
	}
	if answer.Status/100 == 2 && !alike && !open {
		return Accepted, nil
	}
	return Undetermined, nil
}

// together is what the addresses of a host say of it.
func together(log *wire.Log, base *knowledge.Base) Diagnosis {
	var all []*study
	var places []Place
	for _, one := range append([]*wire.Log{log}, log.Addresses...) {
		s := explain(one, base)
		all = append(all, s)
		places = append(places, s.place(one.Address))
	}
	first := all[0]
	lost := slices.IndexFunc(all, func(s *study) bool { return s.Verdict == Stripped })
	seen := slices.ContainsFunc(all, func(s *study) bool { return s.Holds(Seen) })
	differ := slices.ContainsFunc(all, func(s *study) bool {
		return s.Verdict != first.Verdict || s.Claim != first.Claim || (s.Reason == "no-answer") != (first.Reason == "no-answer")
	})
	switch {
	case lost >= 0 && seen:
		first = all[lost]
		first.Reason = "some-addresses"
		first.accuse()
	case differ:
		first.Suspects, first.Cleared, first.Next = []Suspect{}, []Cleared{}, nil
		first.cannotTell("addresses-differ", next("server-log"))
	}
	first.Addresses = places
	return first.Diagnosis
}

func (d Diagnosis) place(target string) Place {
	p := Place{Target: target, Verdict: d.Verdict, Claim: d.Claim, Confidence: d.Confidence, Reason: d.Reason, Product: d.Product}
	if d.Reason == "no-answer" && len(d.Evidence) > 0 {
		p.Fault = d.Evidence[0].Fault
	}
	return p
}
