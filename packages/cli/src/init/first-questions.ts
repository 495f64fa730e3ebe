/** Ten questions to begin with (CC0-1.0), as JSON lines. */
export const FIRST_QUESTIONS = [
  ['What is the capital of France?', 'Paris', 'geography'],
  ['Which river flows through Cairo?', 'Nile', 'geography'],
  ['Which ocean lies between Africa and Australia?', 'Indian Ocean', 'geography'],
  ['Which planet is closest to the Sun?', 'Mercury', 'science'],
  ['What gas do plants take in to make sugar?', 'carbon dioxide<OR>CO2', 'science'],
  ['How many legs does a spider have?', '8<OR>eight', 'science'],
  ['At how many degrees Celsius does water freeze at sea level?', '0<OR>zero', 'science'],
  ['Who wrote "Romeo and Juliet"?', 'William Shakespeare<OR>Shakespeare', 'arts'],
  ['Who painted the "Mona Lisa"?', 'Leonardo da Vinci<OR>da Vinci<OR>Leonardo', 'arts'],
  ['What is seven times six?', '42<OR>forty-two', 'arithmetic'],
]
  .map(([question, answer, topic]) => `${JSON.stringify({ question, answer, topic })}\n`)
  .join('');
