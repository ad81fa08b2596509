package diagnose

import (
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A Limit is how long a header may be for the server that answers, where the one with
// the token is longer. It is what the server does unless it is told otherwise, so it
// goes with a verdict and makes none.
type Limit struct {
	Server string   `json:"server"` // for people
	Bytes  int      `json:"bytes"`
	Of     string   `json:"of"`     // field: of one line; head: of all of them
	Set    string   `json:"set"`    // the setting that raises it
	Length int      `json:"length"` // of the line with the token, in bytes
	Source []string `json:"source"`
}

// size finds the smallest limit that the token is over, of those servers that name
// themselves. Who lets the token in has shown that it is under all of them.
func (s *study) size() {
	length := s.lineLength()
	if length == 0 || s.Verdict == Accepted {
		return
	}
	for _, l := range s.base.Limits {
		if length > l.Bytes && s.named(l.Server) && (s.Limit == nil || l.Bytes < s.Limit.Bytes) {
			s.Limit = &Limit{l.Name, l.Bytes, l.Of, l.Set, length, l.Source}
		}
	}
}

// lineLength is how long the header line with the token is; 0 if none was sent.
func (s *study) lineLength() int {
	sent := slices.ContainsFunc(s.log.Exchanges, func(e wire.Exchange) bool {
		return e.Experiment == realToken && e.Skipped == ""
	})
	if s.log.Token == nil || !sent {
		return 0
	}
	return len("Authorization: ") + len(s.log.Scheme) + len(" ") + s.log.Token.Length
}

// named reports whether a Server field has this product in it (RFC 9110 §10.2.4), in
// lower case: Apache-Coyote is not Apache.
func (s *study) named(product string) bool {
	return s.any(func(r *wire.Response) bool {
		return slices.ContainsFunc(strings.Fields(strings.Join(r.Values("Server"), " ")), func(word string) bool {
			name, _, _ := strings.Cut(word, "/")
			return strings.EqualFold(name, product)
		})
	})
}

// tokenCut: with a long token, and only with it, there is no answer, or what stands in
// front finds nobody behind it who gives one.
func (s *study) tokenCut() bool {
	if s.log.Token == nil || s.log.Token.Length <= longToken {
		return false
	}
	without, real := s.answers[noHeader], s.answers[realToken]
	return s.Reason == "token-unanswered" ||
		without != nil && without.Status < 500 && real != nil && slices.Contains([]int{500, 502, 504}, real.Status)
}

// takenOff reports whether one of these was taken off the text that the token was given
// as.
func (s *study) takenOff(any ...string) bool {
	return s.log.Token != nil && slices.ContainsFunc(s.log.Token.Removed, func(what string) bool { return slices.Contains(any, what) })
}
