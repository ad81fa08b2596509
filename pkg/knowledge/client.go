package knowledge

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/wire"
)

// A Client is what one HTTP client does with the Authorization header where a
// redirect leads.
type Client struct {
	ID      string `json:"id"` // the file's name
	Name    string `json:"name"`
	Version string `json:"version"` // that the rule was seen in

	// Keeps are the ways to another URL that the header goes along, each a key of
	// relations: one of them has to hold. None: it never goes along.
	Keeps []string `json:"keeps"`
	// Since says which URL the new one is compared with: "first", the one that was
	// asked first, or "last", the one that redirects.
	Since string `json:"since"`
	// Sticky says that what was left out once stays out, wherever the way leads.
	Sticky bool `json:"sticky"`

	Samples []ClientSample `json:"samples"`
	Note    string         `json:"note,omitempty"`
	Source  []string       `json:"source"`
	Mark    string         `json:"mark"` // how it is known, as in a Cause
}

// A ClientSample is a way along redirects, and whether the header arrives at its end.
type ClientSample struct {
	Way   []string `json:"way"` // URLs
	Keeps bool     `json:"keeps"`
}

// relations is every way from one URL to another that a client may tell apart, and the
// one place to add another.
var relations = map[string]func(from, to *url.URL) bool{
	"always":                      func(_, _ *url.URL) bool { return true },
	"same-origin":                 wire.SameOrigin,
	"https-upgrade-default-ports": wire.Secured,
	// Go leaves the case of names as it is, and with it takes one host for two.
	"same-host-as-written": func(from, to *url.URL) bool { return from.Hostname() == to.Hostname() },
	"subdomain-as-written": func(from, to *url.URL) bool {
		return !strings.ContainsAny(to.Hostname(), ":%") && strings.HasSuffix(to.Hostname(), "."+from.Hostname())
	},
}

// Carries reports whether the header that is sent to the first URL of a way is sent to
// its last too.
func (c *Client) Carries(way []*url.URL) bool {
	carried := true
	for i := 1; i < len(way); i++ {
		from := way[0]
		if c.Since == "last" {
			from = way[i-1]
		}
		keeps := slices.ContainsFunc(c.Keeps, func(relation string) bool { return relations[relation](from, way[i]) })
		carried = keeps && (carried || !c.Sticky)
	}
	return carried
}

func (c *Client) check(id string) error {
	both := map[bool]bool{}
	switch {
	case c.ID != id:
		return fmt.Errorf("has the id %q, so its name is to be %[1]s.json", c.ID)
	case c.Name == "" || c.Version == "" || len(c.Source) == 0:
		return fmt.Errorf("has no name, version or source")
	case !slices.Contains(marks, c.Mark):
		return fmt.Errorf("is marked %q; only %s are knowledge", c.Mark, strings.Join(marks, ", "))
	case c.Since != "first" && c.Since != "last":
		return fmt.Errorf("compares with neither the first nor the last URL")
	}
	for _, relation := range c.Keeps {
		if relations[relation] == nil {
			return fmt.Errorf("keeps the header on the way %q, which does not exist", relation)
		}
	}
	for i, sample := range c.Samples {
		var way []*url.URL
		for _, address := range sample.Way {
			u, err := url.Parse(address)
			if err != nil || u.Host == "" {
				return fmt.Errorf("samples[%d] has what is no URL", i)
			}
			way = append(way, u)
		}
		if len(way) < 2 {
			return fmt.Errorf("samples[%d] leads nowhere", i)
		}
		if c.Carries(way) != sample.Keeps {
			return fmt.Errorf("does not do what samples[%d] says", i)
		}
		both[sample.Keeps] = true
	}
	if !both[true] && len(c.Keeps) > 0 || !both[false] && !slices.Contains(c.Keeps, "always") {
		return fmt.Errorf("has no sample of a header that is kept, or of one that is not")
	}
	return nil
}
