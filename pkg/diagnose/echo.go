package diagnose

import (
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// standardCarriers are the names under which applications look for the header: as it
// is sent, and as CGI has it (RFC 3875 §4.1.18).
var standardCarriers = []string{"", "authorization", "http_authorization"}

// heldBack reports whether who says what arrives did not say it of the token: something
// on the way answered instead.
func (s *study) heldBack() bool {
	without, real := s.answers[noHeader], s.answers[realToken]
	if without == nil || real == nil || real.Status/100 == 2 {
		return false
	}
	_, says := wire.ReadEcho(without)
	return says
}

// Echo reports whether the application itself said what it got of the header.
func (d Diagnosis) Echo() bool { return strings.HasPrefix(string(d.Reason), "echo-") }

// MustEcho is a diagnosis for who takes nothing but an echo for an answer. Why one that
// there is does not tell is as good: somebody keeps the token from it, for one.
func MustEcho(log *wire.Log, d Diagnosis) Diagnosis {
	s := study{Diagnosis: d, log: log}
	var without *wire.Response
	if e := s.exchange(noHeader); e != nil {
		without = e.Last()
	}
	if without != nil && d.Reason != "open" {
		if _, says := wire.ReadEcho(without); says || d.Echo() {
			return d
		}
	}
	s.Suspects, s.Cleared, s.Next = []Suspect{}, []Cleared{}, nil
	if without != nil && without.Status/100 == 5 {
		s.cannotTell("no-echo", next("canary-failed"))
	} else {
		s.cannotTell("no-echo", next("deploy-canary"))
	}
	return s.Diagnosis
}

// replaced reports whether a made-up token, which is short, arrives as another.
func (s *study) replaced() bool {
	junk := s.answers[junkToken]
	if junk == nil {
		return false
	}
	got, ok := wire.ReadEcho(junk)
	return ok && got.Seen && !got.Same
}

// completeness is how far an echo is to be believed that does not have the header. An
// application may leave credentials out of what it shows; where it shows others, it
// is less likely to.
func (s *study) completeness(got wire.Echo) Confidence {
	for _, experiment := range []string{inCookie, xField} {
		if answer := s.answers[experiment]; answer != nil && !got.Others {
			got, _ = wire.ReadEcho(answer)
		}
	}
	if got.Others {
		return Strong
	}
	return Weak
}

// echoed: the application says what it got.
func echoed(s *study) bool {
	answer, without := s.answers[s.subject()], s.answers[noHeader]
	if answer == nil || without == nil {
		return false
	}
	nothing, ok := wire.ReadEcho(without)
	if !ok {
		return false
	}
	got, ok := wire.ReadEcho(answer)
	if !ok || nothing.Seen && (s.answers[noHeaderAgain] == nil || got.Scheme != "" && got.Kind == "") {
		return false
	}
	if anywhere, ok := wire.ReadAnywhere(answer); ok && !got.Seen && got.Kind == "" {
		if _, always := wire.ReadAnywhere(without); !always { // as it does in what the user gives with each request
			got = anywhere
		}
	}
	s.Carrier, s.canary = got.Carrier, got.Kind
	standard := slices.Contains(standardCarriers, strings.ReplaceAll(strings.ToLower(got.Carrier), "-", "_"))
	switch {
	case s.log.Token != nil && s.subject() != realToken && got.Same: // what it says of a made-up one it does not say of the token
		return s.cannotTell("token-not-sent")
	case !got.Same && got.Masked:
		return s.cannotTell("masked", next("deploy-canary"))
	case nothing.Seen && !got.Same:
		return s.conclude(Altered, App, Proven, "echo-planted")
	case !got.Seen && got.Chosen:
		s.Next = append(s.Next, next("deploy-canary"))
		return s.conclude(Stripped, App, s.completeness(got), "echo-without-header")
	case !got.Seen:
		return s.conclude(Stripped, App, Proven, "echo-without-header")
	case !got.Same && s.subject() == realToken && s.log.Token != nil && 0 < got.Length && got.Length < s.log.Token.Length && strings.EqualFold(got.Scheme, s.log.Scheme) && !s.replaced():
		return s.conclude(Altered, App, Proven, "echo-shortened")
	case !got.Same, got.Scheme != "" && !strings.EqualFold(got.Scheme, s.log.Scheme):
		return s.conclude(Altered, App, Proven, "echo-of-another")
	case !standard:
		return s.conclude(Altered, App, Proven, "echo-elsewhere")
	}
	return s.conclude(Accepted, App, Proven, "echo-of-header")
}
