package knowledge

import (
	"testing"
	"testing/fstest"
)

func TestLimits(t *testing.T) {
	list := base(t).Limits
	if len(list) < 5 {
		t.Fatalf("%d limits", len(list))
	}
	for _, l := range list {
		if l.Bytes < 4096 || l.Bytes > 1<<20 {
			t.Errorf("%s takes %d bytes?", l.Server, l.Bytes)
		}
	}
	const right = `{"server": "x", "name": "X", "bytes": 1, "of": "field", "set": "y", "source": ["z"], "mark": "DOC"}`
	for text, fails := range map[string]bool{
		"[" + right + "]":       false,
		"[]":                    false,
		right:                   true,
		"[" + right + ", {}]":   true,
		`[{"server": "x"}]`:     true,
		`[{"servers": "x"}]`:    true,
		`[{"bytes": 1, "a":1}]`: true,
		"[" + right[:len(right)-len(`"DOC"}`)] + `"U"}]`: true,
	} {
		if _, err := limits(fstest.MapFS{"limits.json": {Data: []byte(text)}}); (err != nil) != fails {
			t.Errorf("%s: %v", text, err)
		}
	}
	if list, err := limits(fstest.MapFS{}); list != nil || err != nil {
		t.Errorf("none: %v, %v", list, err)
	}
}
