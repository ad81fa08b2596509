package web

import (
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// ProxyFor names the proxy that a request to address goes through, as [Redact]
// shows it; "" if there is none. Errors are [*Error], as Get has them.
func (c *Client) ProxyFor(address string) (string, error) {
	target, err := Check(address)
	if err != nil {
		return "", err
	}
	proxy, err := c.proxy(target)
	if proxy == nil || err != nil {
		return "", err
	}
	return Redact(proxy.String()), nil
}

// proxy is the one that is asked for target; nil if none is.
func (c *Client) proxy(target *url.URL) (*url.URL, error) {
	text, name := c.Proxy, "the proxy that is given"
	if text == "" {
		text, name = c.environmentProxy(target)
	}
	if text == "" {
		return nil, nil
	}
	if !strings.Contains(text, "://") { // as curl has it, and most values of HTTPS_PROXY
		text = "http://" + text
	}
	proxy, err := url.Parse(text)
	if err != nil || proxy.Hostname() == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, proxy.Scheme) {
		return nil, &Error{URL: Redact(target.String()), Fault: BadURL,
			Why: "is to be asked through " + name + ", which is no http, https or socks5 URL"}
	}
	return proxy, nil
}

// environmentProxy is the proxy that the environment has for target, and the name of
// the variable. HTTP_PROXY is asked for plain http, which only [Client.Transport] sends
// to another machine.
func (c *Client) environmentProxy(target *url.URL) (text, name string) {
	if c.Getenv == nil || Loopback(target.Hostname()) {
		return "", ""
	}
	if _, ok := c.Resolve[authority(target)]; ok { // the proxy would look it up again
		return "", ""
	}
	either := func(upper string) (text, name string) {
		if text := c.Getenv(upper); text != "" {
			return text, upper
		}
		return c.Getenv(strings.ToLower(upper)), strings.ToLower(upper)
	}
	if list, _ := either("NO_PROXY"); exempt(list, authority(target)) {
		return "", ""
	}
	if target.Scheme == "http" {
		return either("HTTP_PROXY")
	}
	return either("HTTPS_PROXY")
}

// exempt reports whether a NO_PROXY list has a "host:port". It is read as Go's own
// golang.org/x/net/http/httpproxy reads it: "*" is every host, 10.0.0.0/8 a network,
// example.com the host and all below it, .example.com only those below, each with
// ":port" if only that one is meant. Entries may be set apart by spaces too, as for curl.
func exempt(list, target string) bool {
	host, port, _ := net.SplitHostPort(target)
	ip, err := netip.ParseAddr(host)
	isIP := err == nil
	ip = ip.Unmap()
	for _, entry := range strings.FieldsFunc(strings.ToLower(list), func(r rune) bool { return r == ',' || r == ' ' }) {
		if network, err := netip.ParsePrefix(entry); err == nil {
			if network.Contains(ip) {
				return true
			}
			continue
		}
		if name, only, err := net.SplitHostPort(entry); err == nil {
			if only != port {
				continue
			}
			entry = name
		}
		literal, err := netip.ParseAddr(strings.Trim(entry, "[]"))
		name := strings.TrimPrefix(entry, "*") // *.example.com is .example.com
		switch {
		case entry == "*":
			return true
		case err == nil:
			if isIP && literal.Unmap() == ip {
				return true
			}
		case isIP, name == "": // an address is below no name
		case host == name, strings.HasSuffix(host, "."+strings.TrimPrefix(name, ".")):
			return true
		}
	}
	return false
}
