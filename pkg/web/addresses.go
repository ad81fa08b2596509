package web

import (
	"context"
	"net"
	"net/netip"
	"net/url"
)

// Addresses are all IP addresses of a URL's host, in the order in which the resolver
// gives them, each once. Where a proxy is asked, it looks the host up, and there are
// none to choose from. Errors are [*Error].
func (c *Client) Addresses(ctx context.Context, address string) ([]string, error) {
	target, err := url.Parse(address)
	if err != nil || target.Hostname() == "" {
		return nil, &Error{URL: Redact(address), Fault: BadURL, Why: "is not an http or https URL"}
	}
	proxy, err := c.proxy(target)
	if err != nil {
		return nil, err
	}
	if proxy != nil {
		return nil, &Error{URL: Redact(address), Proxy: Redact(proxy.String()), Fault: Proxy, Why: "is looked up by the proxy, which does not say what it found"}
	}
	if ip, err := netip.ParseAddr(target.Hostname()); err == nil {
		return []string{ip.String()}, nil
	}
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = Timeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", target.Hostname())
	if err != nil {
		e := explain(err)
		e.URL = Redact(address)
		return nil, e
	}
	var list []string
	seen := map[netip.Addr]bool{}
	for _, ip := range found {
		if ip = ip.Unmap(); !seen[ip] {
			seen[ip] = true
			list = append(list, ip.String())
		}
	}
	return list, nil
}
