package diagnose

import (
	"net/url"
	"slices"

	"github.com/jwt-toolkit/jwt/pkg/knowledge"
	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A Place is an address at which an application was asked, and what came of it.
type Place struct {
	Target     string     `json:"target"`
	Verdict    Verdict    `json:"verdict"`
	Claim      Claim      `json:"claim"`
	Confidence Confidence `json:"confidence"`
	Reason     Reason     `json:"reason"`
	Product    string     `json:"product"`         // that answered, if it is known
	Fault      string     `json:"fault,omitempty"` // why there is no answer
}

// A Comparison is what several addresses of one application say together, from the
// outermost to the innermost.
type Comparison struct {
	Answer Where   `json:"answer"`
	Outer  string  `json:"outer,omitempty"` // where the header is lost behind
	Inner  string  `json:"inner,omitempty"` // where it still arrives
	Places []Place `json:"places"`
}

// Where is between which two addresses a header is lost. The zero Where says nothing.
type Where string

const (
	Unclear Where = ""
	Between Where = "between" // the one where it is lost and the next
	Behind  Where = "behind"  // it is lost at all of them: behind the last
	Nowhere Where = "nowhere" // it arrives at all of them
	Apart   Where = "apart"   // two applications answer, which nobody can compare
	Swapped Where = "swapped" // it is lost at the inner one: they are given the wrong way round
	Beside  Where = "beside"  // it arrives at a canary of the same server: another path of it, or another program, loses it
)

// Compare judges the logs of several addresses, that of log and those it is compared
// with; nil if there are none.
func Compare(log *wire.Log, base *knowledge.Base) *Comparison {
	if len(log.Compare) == 0 {
		return nil
	}
	c := &Comparison{}
	var seen, lost, echo []bool
	for _, one := range append([]*wire.Log{log}, log.Compare...) {
		d := Explain(one, base)
		c.Places = append(c.Places, d.place(one.Target))
		seen = append(seen, d.Holds(Seen))
		lost = append(lost, d.Verdict == Stripped)
		echo = append(echo, d.Echo())
	}
	for i := range c.Places[1:] {
		outer, inner := c.Places[i], c.Places[i+1]
		switch {
		case outer.Product != "" && inner.Product != "" && outer.Product != inner.Product:
			c.Answer, c.Outer, c.Inner = Apart, outer.Target, inner.Target
			return c
		case seen[i] && lost[i+1]:
			c.Answer, c.Outer, c.Inner = Swapped, outer.Target, inner.Target
			return c
		case lost[i] && seen[i+1] && echo[i+1] && host(outer.Target) == host(inner.Target):
			c.Answer, c.Outer, c.Inner = Beside, outer.Target, inner.Target
			return c
		case lost[i] && seen[i+1]:
			c.Answer, c.Outer, c.Inner = Between, outer.Target, inner.Target
			return c
		}
	}
	last := c.Places[len(c.Places)-1].Target
	switch {
	case !slices.Contains(seen, false):
		c.Answer, c.Inner = Nowhere, last
	case !slices.Contains(lost, false):
		c.Answer, c.Outer = Behind, last
	}
	return c
}

// host is the server of a URL: its host and port.
func host(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	return u.Host
}
