package web

import (
	"context"
	"errors"
	"slices"
	"testing"
)

func TestAddresses(t *testing.T) {
	for address, want := range map[string][]string{
		"http://127.0.0.1:5000/me": {"127.0.0.1"},
		"https://[::1]/me":         {"::1"},
	} {
		got, err := (&Client{}).Addresses(context.Background(), address)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", address, got, err, want)
		}
	}
	got, err := (&Client{}).Addresses(context.Background(), "http://localhost/")
	if err != nil || !slices.ContainsFunc(got, func(ip string) bool { return ip == "127.0.0.1" || ip == "::1" }) {
		t.Errorf("localhost: %v, %v", got, err)
	}
	_, err = (&Client{Proxy: "http://user:MARKED@127.0.0.1:3128"}).Addresses(context.Background(), "https://api.example.com/")
	if e, ok := errors.AsType[*Error](err); !ok || e.Fault != Proxy {
		t.Errorf("through a proxy: %v", err)
	}
	_, err = (&Client{}).Addresses(context.Background(), "https://no-such-host.invalid/?key=MARKED")
	if e, ok := errors.AsType[*Error](err); !ok || e.Fault != DNS {
		t.Errorf("a host that there is none of: %v", err)
	}
}
