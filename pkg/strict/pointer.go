package strict

import (
	"encoding/json"
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// ErrPointer says that a text is not a JSON Pointer (RFC 6901 §3).
var ErrPointer = errors.New(`not a JSON Pointer: it starts with "/", and "~" stands only in "~0" and "~1"`)

// Pointer reads a JSON Pointer: the names and indexes it passes, unescaped.
func Pointer(text string) ([]string, error) {
	if !strings.HasPrefix(text, "/") {
		return nil, ErrPointer
	}
	steps := strings.Split(text[1:], "/")
	for i, step := range steps {
		if rest := strings.NewReplacer("~0", "", "~1", "").Replace(step); strings.Contains(rest, "~") {
			return nil, ErrPointer
		}
		steps[i] = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
	}
	return steps, nil
}

// At is the value that steps lead to, as read by [Pointer].
func (o Object) At(steps []string) (json.RawMessage, bool) {
	value := json.RawMessage(o.raw)
	for i, step := range steps {
		found := false
		if elements, ok := Elements(value); ok {
			if index, ok := arrayIndex(step); ok && index < len(elements) {
				value, found = elements[index], true
			}
		} else if inner, err := o.inner(i, value); err == nil {
			value, found = inner.Get(step)
		}
		if !found {
			return nil, false
		}
	}
	return value, len(steps) > 0
}

func (o Object) inner(step int, value json.RawMessage) (Object, error) {
	if step == 0 {
		return o, nil
	}
	return ParseObject(value)
}

// WithAt is the object with the value that steps lead to set, as [Object.With]
// does for one name: what is on the way and not there is made, as objects. In an
// array, a step is the index of an element, or "-" for one more at its end.
func (o Object) WithAt(steps []string, value json.RawMessage) (Object, error) {
	value, err := ParseValue(value)
	if err != nil {
		return Object{}, err
	}
	for i := len(steps) - 1; i > 0; i-- {
		outer, found := o.At(steps[:i])
		changed, err := with(outer, found, steps[i], value)
		if err != nil {
			return Object{}, err
		}
		value = changed
	}
	return o.With(steps[0], value)
}

// ErrStep says that a path leads through a value that has no members, or to an
// element that an array does not have.
var ErrStep = errors.New("the path leads through a value that is no object, or past the end of an array")

func with(outer json.RawMessage, found bool, step string, value json.RawMessage) (json.RawMessage, error) {
	if !found {
		outer = json.RawMessage("{}")
	}
	elements, isArray := elementsOf(outer)
	if !isArray {
		object, err := ParseObject(outer)
		if err != nil {
			return nil, ErrStep
		}
		object, err = object.With(step, value)
		return object.Raw(), err
	}
	last := len(elements) - 1
	index, ok := arrayIndex(step)
	switch {
	case step == "-" && last < 0:
		end := len(outer) - 1
		return splice(outer, end, end, value), nil
	case step == "-": // directly behind the last element, as in an object
		end := elements[last].end
		return splice(outer, end, end, append([]byte{','}, value...)), nil
	case ok && index <= last:
		return splice(outer, elements[index].start, elements[index].end, value), nil
	}
	return nil, ErrStep
}

// arrayIndex reads an index as RFC 6901 §4 has it: digits, no leading zero.
func arrayIndex(step string) (int, bool) {
	index, err := strconv.Atoi(step)
	return index, err == nil && strconv.Itoa(index) == step && index >= 0
}

// Equal reports whether two JSON values mean the same: numbers by value
// (1, 1.0 and 10e-1 are equal, whatever their size), objects in any order.
func Equal(a, b json.RawMessage) bool {
	if ta, ok := Text(a); ok {
		tb, ok := Text(b)
		return ok && ta == tb
	}
	if IsNumber(a) {
		return IsNumber(b) && decimal(string(a)) == decimal(string(b))
	}
	if ea, ok := Elements(a); ok {
		eb, ok := Elements(b)
		if !ok || len(ea) != len(eb) {
			return false
		}
		for i := range ea {
			if !Equal(ea[i], eb[i]) {
				return false
			}
		}
		return true
	}
	if oa, err := ParseObject(a); err == nil {
		ob, err := ParseObject(b)
		return err == nil && len(oa.members) == len(ob.members) && Contains(ob, oa)
	}
	return string(a) == string(b) // true, false, null
}

// Contains reports whether every member of part stands in whole with an equal
// value.
func Contains(whole, part Object) bool {
	for _, m := range part.members {
		if value, ok := whole.Get(m.Name); !ok || !Equal(m.Value, value) {
			return false
		}
	}
	return true
}

// decimal is a number's text in one form for each value: sign, digits without
// zeros at either end, exponent. It never expands an exponent, so 1e999999999
// costs no more than 1.
func decimal(number string) string {
	sign := ""
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	shift := new(big.Int)
	if exponent != "" {
		shift.SetString(exponent, 10)
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	shift.Sub(shift, big.NewInt(int64(len(fraction))))
	trimmed := strings.TrimRight(digits, "0")
	shift.Add(shift, big.NewInt(int64(len(digits)-len(trimmed))))
	if trimmed == "" {
		return "0"
	}
	return sign + trimmed + "e" + shift.String()
}
