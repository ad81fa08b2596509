package web

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for address, want := range map[string]Fault{
		"https://id.example.com/a?b": "", "HTTPS://id.example.com": "", "https://10.0.0.1": "", "https://[2001:db8::1]:8443/": "",
		"http://localhost:8080/": "", "http://LOCALHOST.": "", "http://a.localhost": "", "http://127.0.0.1": "", "http://127.255.255.254": "",
		"http://[::1]": "", "http://[0:0:0:0:0:0:0:1]": "", "http://[::ffff:127.0.0.1]": "", "http://me:x@localhost": "",

		"http://id.example.com": Insecure, "http://0.0.0.0": Insecure, "http://[::]": Insecure, "http://127.1": Insecure,
		"http://2130706433": Insecure, "http://0x7f000001": Insecure, "http://localhost.example.com": Insecure, "http://notlocalhost": Insecure,
		"http://localhost@192.0.2.1": Insecure, "http://[::1%25x]@h": BadURL, "http://169.254.169.254": Insecure, "http://[::ffff:10.0.0.1]": Insecure,
		"http://\uff4cocalhost": Insecure, "http://10.0.0.1#@localhost": Insecure, "http://10.0.0.1\\@localhost": BadURL,

		"": BadURL, "id.example.com": BadURL, "//id.example.com": BadURL, "https:": BadURL, "https://": BadURL, "https:///a": BadURL,
		"https:id.example.com": BadURL, "https:/id.example.com": BadURL, "https://:443": BadURL, "http://:80": BadURL, "https://h:x": BadURL,
		"file:///etc/passwd": BadURL, "gopher://h": BadURL, "unix:/run/x": BadURL, " https://h": BadURL, "https://h\r\nX: y": BadURL, "https://[::1": BadURL,
	} {
		target, err := Check(address)
		if want == "" {
			if err != nil || target == nil {
				t.Errorf("%s: %v", address, err)
			}
			continue
		}
		if e, ok := errors.AsType[*Error](err); !ok || e.Fault != want || target != nil {
			t.Errorf("%q: %v, want %s", address, err, want)
		}
	}
}

func TestRedact(t *testing.T) {
	for address, want := range map[string]string{
		"https://h/a":                    "https://h/a",
		"https://h:8443/a%20b":           "https://h:8443/a%20b",
		"https://h/a?b=c":                "https://h/a?…",
		"https://h/a?":                   "https://h/a?",
		"https://h/a#b":                  "https://h/a",
		"https://user@h":                 "https://…@h",
		"https://user:password@h/?q#f":   "https://…@h/?…",
		"https://:password@h":            "https://…@h",
		"https://[::1]:80/":              "https://[::1]:80/",
		"HTTPS://H":                      "https://H",
		"https://h/\u202e\u009b":         "https://h/%E2%80%AE%C2%9B",
		"https://h/\x1b[2J":              "the URL",
		"https:user:password@h":          "the URL",
		"user:password@h":                "the URL",
		"":                               "the URL",
		"https://user:pass%word@h":       "the URL",
		"https://user:pa/ss@h:password/": "the URL",
	} {
		if got := Redact(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

func TestSameOrigin(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"https://h/a", "https://h/b?c#d", true},
		{"https://h", "https://h:443", true},
		{"https://h:", "https://h:443", true},
		{"http://h", "http://h:80", true},
		{"https://H", "https://h", true},
		{"https://h", "https://me@h", true},
		{"https://[::1]", "https://[::1]:443", true},
		{"https://h", "http://h", false},
		{"https://h", "http://h:443", false},
		{"https://h", "https://h:80", false},
		{"https://h", "https://h:8443", false},
		{"https://h", "https://a.h", false},
		{"https://a.h", "https://h", false},
		{"https://h", "https://h.", false},
		{"https://h", "https://h@evil", false},
		{"https://localhost", "https://127.0.0.1", false},
		{"https://[::1]:443", "https://[::1:443]", false},
	} {
		a, errA := url.Parse(test.a)
		b, errB := url.Parse(test.b)
		if err := errors.Join(errA, errB); err != nil {
			t.Fatal(err)
		}
		if sameOrigin(a, b) != test.want || sameOrigin(b, a) != test.want {
			t.Errorf("%s and %s: want %t", test.a, test.b, test.want)
		}
	}
}

func TestParseResolve(t *testing.T) {
	for text, want := range map[string]string{
		"example.com:443:127.0.0.1":          "example.com:443 127.0.0.1",
		"Example.COM:0443:127.0.0.1":         "example.com:443 127.0.0.1",
		"example.com:443:127.0.0.1:8443":     "example.com:443 127.0.0.1:8443",
		"example.com:443:::1":                "example.com:443 ::1",
		"example.com:443:[::1]":              "example.com:443 ::1",
		"example.com:443:[2001:DB8::1]:8443": "example.com:443 [2001:db8::1]:8443",
		"[2001:DB8::1]:443:127.0.0.1":        "[2001:db8::1]:443 127.0.0.1",
		"a_b.example.:1:10.0.0.1":            "a_b.example.:1 10.0.0.1",
		"10.0.0.1:65535:10.0.0.2":            "10.0.0.1:65535 10.0.0.2",
		"x:443:::1:8443":                     "x:443 ::1:8443", // an address, to curl too
	} {
		from, to, err := ParseResolve(text)
		if got := from + " " + to; err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", text, got, err, want)
		}
	}
	for text, why := range map[string]string{
		"":                                "does not begin with a host name",
		"example.com":                     "is not host:port:address",
		"example.com:443":                 "is not host:port:address",
		"example.com:443:":                "does not end in an IP address",
		":443:127.0.0.1":                  "does not begin with a host name",
		"*:443:127.0.0.1":                 "does not begin with a host name",
		"+example.com:443:127.0.0.1":      "does not begin with a host name",
		"-example.com:443":                "does not begin with a host name",
		"b\u00fccher.example:443:1.1.1.1": "does not begin with a host name",
		"https://example.com:443:1.1.1.1": "has no port from 1 to 65535 after the host",
		"example.com::127.0.0.1":          "has no port from 1 to 65535 after the host",
		"example.com:0:127.0.0.1":         "has no port from 1 to 65535 after the host",
		"example.com:65536:127.0.0.1":     "has no port from 1 to 65535 after the host",
		"example.com:+443:127.0.0.1":      "has no port from 1 to 65535 after the host",
		"example.com:https:127.0.0.1":     "has no port from 1 to 65535 after the host",
		"example.com:443:localhost":       "does not end in an IP address",
		"example.com:443:1.1.1.1,2.2.2.2": "does not end in an IP address",
		"example.com:443:1.1.1.1:0":       "does not end in an IP address",
		"example.com:443:1.1.1.1:":        "does not end in an IP address",
		"example.com:443:[::1":            "does not end in an IP address",
		"example.com:443:[[::1]]":         "does not end in an IP address",
		"[::1:443:127.0.0.1":              "has no IPv6 address in its brackets",
		"[127.0.0.1]:443:127.0.0.1":       "has no IPv6 address in its brackets",
		"[]:443:127.0.0.1":                "has no IPv6 address in its brackets",
	} {
		from, to, err := ParseResolve(text)
		e, ok := errors.AsType[*ResolveError](err)
		if !ok || e.Why != why || e.Text != text || from != "" || to != "" {
			t.Errorf("%q: %v, want %q", text, err, why)
		}
	}
	if got := (&ResolveError{"a\x1b", "is bad"}).Error(); got != `"a\x1b" is bad` {
		t.Error(got)
	}
}

func FuzzParseResolve(f *testing.F) {
	for _, text := range []string{"example.com:443:127.0.0.1", "h:1:::1", "[::1]:80:[::1]:81", "h:1:[fe80::1%eth0]", "*:443:1.1.1.1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		from, to, err := ParseResolve(text)
		if err != nil {
			return
		}
		address := (&Client{Resolve: map[string]string{from: to}}).resolve(strings.ToUpper(from))
		if _, err := netip.ParseAddrPort(address); err != nil {
			t.Errorf("%q: dials %q", text, address)
		}
		host, port, err := net.SplitHostPort(from)
		if err != nil || host == "" || port == "" {
			t.Errorf("%q: from %q", text, from)
		}
	})
}

// Whatever is shown of a URL has no user, query or fragment, and what may be asked
// has a host.
func FuzzCheck(f *testing.F) {
	for _, address := range []string{"https://me:x@h:1/a?b#c", "http://[::1%25lo]/", "https:me:x@h", "//h", "http://localhost@h", "https://h/\u202e", "//[::%25\xce]"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		shown := Redact(address)
		u, err := url.Parse(strings.ReplaceAll(shown, "…", "%E2%80%A6"))
		if err != nil || u.Fragment != "" || u.RawQuery != "" && u.RawQuery != "%E2%80%A6" || u.User != nil && u.User.String() != "%E2%80%A6" {
			t.Errorf("%q: shown as %q, %v", address, shown, err)
		}
		target, err := Check(address)
		if err != nil {
			return
		}
		if target.Hostname() == "" || target.Scheme != "https" && (target.Scheme != "http" || !Loopback(target.Hostname())) {
			t.Errorf("%q: may be asked", address)
		}
		if !sameOrigin(target, target) {
			t.Errorf("%q: is not its own origin", address)
		}
	})
}
