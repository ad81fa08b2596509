package diagnose

import (
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// Names of the deep experiments that a rule or a fact asks for, as package probe
// records them.
const (
	xField         = "x-authorization"
	inCookie       = "in-cookie"
	inQuery        = "in-query"
	inBoth         = "header-and-query"
	asLong         = "token-as-long"
	trace          = "trace"
	traceFirstHop  = "trace-first-hop"
	realOverHTTP1  = "over-http1"
	otherSlash     = "other-slash"
	noHeaderHead   = "no-header-head"
	preflight      = "preflight"
	noHeaderLast   = "no-header-last"
	tokenElsewhere = "token-elsewhere"
)

// steady reports whether the server still said the same at the end of the deep
// experiments. If not, they may have been answered by a firewall.
func (s *study) steady() bool {
	last := s.answers[noHeaderLast]
	return last != nil && same(s.answers[noHeader], last)
}

// unmoved reports whether the answer that the verdict is about is that without a header.
func (s *study) unmoved() bool {
	subject := s.answers[s.subject()]
	return subject != nil && same(s.answers[noHeader], subject)
}

// overHTTP1: over HTTP/1.1 the token is let in, and over HTTP/2 it is not. There names
// of fields are in small letters (RFC 9113 §8.2.1), which is another name to some.
func overHTTP1(s *study) bool {
	answer := s.answers[realOverHTTP1]
	if answer == nil || answer.Status/100 != 2 || !s.steady() {
		return false
	}
	return s.cannotTell("http2-differs", next("use-http1"), next("server-log"))
}

// elsewhere: the application takes notice of a credential in another place, and none of
// one in the header. It may be that it never looks there.
func elsewhere(s *study) bool {
	if !s.unmoved() {
		return false
	}
	if s.takenElsewhere() {
		return true
	}
	for _, experiment := range []string{inCookie, inQuery, xField} {
		if f := s.sees(experiment); f != nil && f.Layer == "app" && s.steady() {
			return s.cannotTell("reads-elsewhere", next("ask-place", "experiment", experiment), next("deploy-canary"))
		}
	}
	return false
}

// takenElsewhere concludes if the token is let in from another place.
func (s *study) takenElsewhere() bool {
	for _, e := range s.log.Exchanges {
		if answer := s.answers[name(e)]; e.Experiment == tokenElsewhere && answer != nil && answer.Status/100 == 2 && s.answers[noHeader].Status/100 != 2 {
			return s.cannotTell("taken-elsewhere", next("use-place", "place", e.In), next("deploy-canary"))
		}
	}
	return false
}

// twoPlaces: who calls it a fault that there are two tokens has seen both (RFC 6750
// §3.1), whatever it says to one.
func twoPlaces(s *study) bool {
	both, query := s.answers[inBoth], s.answers[inQuery]
	if both == nil || query == nil || both.Status != 400 || same(both, query) || !s.steady() || !s.unmoved() {
		return false
	}
	s.Next = append(s.Next, next("deploy-canary"))
	return s.conclude(Rejected, Hop, Strong, "answer-differs")
}

// unnoticedLength: a field is refused because of its length, by somebody who does not
// mind an Authorization field of that length. So it does not get all of it; but whether
// it gets some cannot be seen.
func unnoticedLength(s *study) bool {
	long := s.answers[asLong]
	if long == nil || !same(s.answers[noHeader], long) || !s.steady() || !s.unmoved() {
		return false
	}
	for _, e := range s.log.Exchanges {
		if strings.HasPrefix(e.Experiment, "pad-") {
			if f := s.printOf(e.Experiment, knowledge.TooLarge); f != nil {
				return s.cannotTell("length-unnoticed", next("deploy-canary"), next("compare-origin"))
			}
		}
	}
	return false
}

// reflects is what the answer to an experiment shows of the header that was sent.
func reflects(experiment string, answer *wire.Response) Reflects {
	switch {
	case experiment != trace && experiment != traceFirstHop, answer.Status != 200, !strings.Contains(answer.Body, wire.AgentMark):
		return ""
	case wire.HasMark(answer.Body):
		return ReflectsHeader
	}
	return ReflectsNone
}

// reflected is what a server that reflects requests shows of the header: of the first
// one, if that does.
func (s *study) reflected() Reflects {
	for _, experiment := range []string{traceFirstHop, trace} {
		if answer := s.answers[experiment]; answer != nil {
			if shows := reflects(experiment, answer); shows != "" {
				return shows
			}
		}
	}
	return ""
}

// advise adds what was seen on the way, whatever the verdict is.
func (s *study) advise() {
	if s.Next == nil {
		s.Next = []Next{}
	}
	if !s.steady() {
		return
	}
	without := s.answers[noHeader]
	refused := func(r *wire.Response) bool { return r != nil && slices.Contains([]int{401, 403}, r.Status) }
	if head := s.answers[noHeaderHead]; head != nil && head.Status/100 == 2 && refused(without) {
		s.Next = append(s.Next, next("guard-head"))
	}
	if refused(without) && refused(s.answers[preflight]) {
		s.Next = append(s.Next, next("answer-preflight"))
	}
	if f := s.sees(otherSlash); f != nil && f.Layer == "app" && s.unmoved() {
		s.Next = append(s.Next, next("other-slash"))
	}
}
