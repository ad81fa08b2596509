package knowledge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// A Limit is how long a header may be for a server that names itself, unless it is set
// up otherwise. It never decides anything: a server may be, and what stands before or
// behind it may have another one.
type Limit struct {
	Server string   `json:"server"` // the product in its Server field, in lower case
	Name   string   `json:"name"`   // for people
	Bytes  int      `json:"bytes"`
	Of     string   `json:"of"`  // field: one header line; head: all of them
	Set    string   `json:"set"` // the setting
	Source []string `json:"source"`
	Mark   string   `json:"mark"` // as of a [Cause]
}

// limits reads the file limits.json, which there need not be.
func limits(fsys fs.FS) ([]Limit, error) {
	const file = "limits.json"
	data, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Limit
	elements, ok := strict.Elements(json.RawMessage(data))
	if !ok {
		return nil, fmt.Errorf("%s: is no array", file)
	}
	for i, element := range elements {
		var l Limit
		if err := read(element, &l); err != nil {
			return nil, fmt.Errorf("%s: [%d]: %w", file, i, err)
		}
		if l.Server == "" || l.Name == "" || l.Bytes <= 0 || l.Of != "field" && l.Of != "head" || l.Set == "" || len(l.Source) == 0 || !slices.Contains(marks, l.Mark) {
			return nil, fmt.Errorf("%s: [%d]: lacks something", file, i)
		}
		list = append(list, l)
	}
	return list, nil
}
